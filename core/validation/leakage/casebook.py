"""What is told of each case: the story before, the reason after, and what a wrong accusation believes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A pipeline under suspicion, in words; its code is the module of the same name in `cases`."""

    title: str
    story: str
    """What somebody did, without a hint at what is wrong."""
    later: str
    """The rows that the model meets in use."""
    score: str = "accuracy"
    why: str
    """Why the step leaks, once it is known."""
    mending: str
    rows: tuple[int, int, int]
    """Few, usual and many."""
    beliefs: Mapping[int, str]
    """For each step that does not leak: what one would have to believe to accuse it."""


REPORT = (
    "The report only reads a number off. If the number is too good, something before it went wrong."
)
APART = (
    "Naming the columns moves no knowledge anywhere. It would leak only if the answer stayed in."
)
FIT = "A model must learn from its training rows. It leaks only if test rows are among them."

CASES: Mapping[str, CaseFile] = {
    "selection": CaseFile(
        title="Genes and an illness",
        story=(
            "A clinic measured 1,000 genes of each person. A colleague kept the 20 that go best "
            "with the illness and trained on these."
        ),
        later="people who come later",
        why=(
            "The genes are noise: nothing in them knows the illness. Among 1,000 of them some "
            "agree with it by luck, and step 2 picks exactly these, with the test rows in view. So"
            " each fold is tested on luck that it helped to choose."
        ),
        mending="choose the genes inside each fold, from its training rows",
        rows=(40, 80, 320),
        beliefs={
            1: APART,
            3: "Here the scaler sits in a pipeline, so each fold scales anew.",
            4: REPORT,
        },
    ),
    "encoding": CaseFile(
        title="Shops and returns",
        story=(
            "Which orders are sent back? There are 120 shops, too many for a column each. A "
            "colleague put each shop's share of returns in its place, beside the price."
        ),
        later="orders that come later",
        why=(
            "The share of a small shop is mostly made of the very order that is to be predicted. "
            "The shop says nothing here, yet its number holds the answer. The model trusts it, and"
            " so it also gets worse in use."
        ),
        mending="let a TargetEncoder compute the shares inside each fold",
        rows=(200, 400, 1600),
        beliefs={
            2: "Putting a number in the place of a name is fine. The question is which rows made the number.",
            3: FIT,
            4: REPORT,
        },
    ),
    "oversampling": CaseFile(
        title="Rare fraud",
        story=(
            "One payment in ten is a fraud. A colleague copied frauds until they were half of the "
            "rows, so that the tree takes them seriously."
        ),
        later="payments that come later",
        score="balanced accuracy",
        why=(
            "After step 1 the same fraud stands in the table several times. The split puts some of"
            " its copies among the training rows and others among the test rows: the tree is asked"
            " about rows that it knows by heart."
        ),
        mending="split first, and copy frauds among the training rows only",
        rows=(200, 400, 1600),
        beliefs={
            2: "The split itself is ordinary. Look at what it splits.",
            3: FIT,
            4: "Balanced accuracy is fair to both classes, at any share of frauds.",
        },
    ),
    "duplicates": CaseFile(
        title="Scanned digits",
        story=(
            "A scanner stored handwritten digits, and half of them twice, which nobody noticed. A "
            "colleague split the rows and looks up the most similar known scan."
        ),
        later="other scans of the same real collection",
        why=(
            "A scan among the test rows whose copy lies among the training rows finds itself. That"
            " is memory, not recognition."
        ),
        mending="keep each scan once before the split",
        rows=(80, 150, 600),
        beliefs={1: APART, 3: "Nearest neighbours may learn training rows by heart.", 4: REPORT},
    ),
    "groups": CaseFile(
        title="Patients and scans",
        story=(
            "Each patient was scanned ten times. A colleague shuffled all scans into five folds "
            "and lets the three most similar scans vote on the illness."
        ),
        later="patients who come later",
        why=(
            "Scans of one patient resemble each other. With some in training and some in test, the"
            " model recognises the patient and repeats the diagnosis. A new patient is not "
            "recognised."
        ),
        mending="GroupKFold: all scans of a patient stay in one fold",
        rows=(100, 300, 900),
        beliefs={1: APART, 3: "The vote is as good as the neighbours that it may ask.", 4: REPORT},
    ),
    "time_order": CaseFile(
        title="A machine that drifts",
        story=(
            "Every day a machine passes a test or fails it; its wear comes and goes over weeks. A "
            "colleague lets the seven nearest days vote."
        ),
        later="the days that come next",
        why=(
            "Shuffled folds put yesterday and tomorrow into training, and today between them. In "
            "use there is no tomorrow: the model must look ahead, not in between."
        ),
        mending="TimeSeriesSplit: train on the past, test on what follows",
        rows=(150, 400, 900),
        beliefs={1: APART, 2: "Neighbouring days may vote, if they lie in the past.", 4: REPORT},
    ),
    "proxy": CaseFile(
        title="Loans that were not paid back",
        story=(
            "A bank keeps an archive of old loans: income, debt, reminders sent, and whether the "
            "money came back. A colleague trains a model for new applications."
        ),
        later="new applications",
        why=(
            "Reminders are sent because a loan is not paid. The column is a consequence of the "
            "answer, and on the day of an application it is still 0 for everybody. No splitter and"
            " no pipeline can repair that: somebody must know when a column is written."
        ),
        mending="leave out what is not known on the day of the decision",
        rows=(100, 400, 1600),
        beliefs={
            2: "The target must come from the archive: only old loans have an outcome.",
            3: "The scaler is inside the pipeline, so each fold scales anew.",
            4: REPORT,
        },
    ),
    "tuning": CaseFile(
        title="Thirty trees for a survey",
        story=(
            "Ten answers of a survey, and whether somebody buys. A colleague split the rows, "
            "trained 30 trees on the training rows, and kept the best one."
        ),
        later="people who come later",
        why=(
            "The highest of 30 scores is partly skill and partly luck on just these test rows. "
            "Choosing by them used them up: they cannot judge the winner any more."
        ),
        mending="choose by folds of the training rows; ask the test rows once",
        rows=(60, 120, 480),
        beliefs={
            1: "One split into two parts is the right start. It depends on what each part is used for.",
            2: "Training many models is no leak, as long as other rows choose between them.",
            4: REPORT,
        },
    ),
    "scaler": CaseFile(
        title="Measured tumours",
        story=(
            "Doctors measured the cells of real tumours. A colleague brought all columns to the "
            "same scale and lets the five most similar tumours vote."
        ),
        later="the other tumours of the same real collection",
        why=(
            "The scaler has seen the test rows, but only two numbers per column, mean and spread, "
            "and never the diagnosis. With many rows these two hardly change. It is a leak by the "
            "rule; whether it costs something is shown by the numbers above."
        ),
        mending="put the scaler and the vote into one pipeline",
        rows=(20, 60, 200),
        beliefs={1: APART, 3: "The vote compares a row with training rows only.", 4: REPORT},
    ),
}
