"""What each experiment does and why the metrics answer as they do; every sentence here has a test."""

from dataclasses import dataclass

from core.metrics.metric_map.cases import Group


@dataclass(frozen=True)
class Story:
    """One experiment in words."""

    title: str
    """As a choice: a few words."""
    what: str
    """What is done, as a sentence."""
    why: str
    """Why some metrics move and others cannot."""


STORIES: dict[tuple[Group, str], Story] = {
    ("labels", "more_negatives"): Story(
        "Ten times the negatives",
        "Every negative row is now there ten times, each time with the answer that it had.",
        "Recall asks the positive rows only and specificity the negative ones only, so copies change no "
        "share; balanced accuracy is the mean of the two. Precision, F1, accuracy and Matthews' "
        "correlation mix both classes and follow how common each one is.",
    ),
    ("labels", "easy_negatives"): Story(
        "Easy negatives added",
        "As many rows again are added, all of them negative, and all rightly answered with no.",
        "Precision, recall and F1 never count a negative that was rightly left alone. Accuracy, "
        "specificity and balanced accuracy count it as a success, and rise.",
    ),
    ("labels", "swap_classes"): Story(
        "The other class is positive",
        "Yes and no change places, in the truth and in the answers.",
        "Accuracy, balanced accuracy and Matthews' correlation treat both classes alike. Precision and F1 "
        "ask about the one that is called positive. Recall and specificity change places.",
    ),
    ("labels", "always_no"): Story(
        "Always no",
        "Every answer is replaced by no.",
        "Without an alarm, precision is 0/0. So is a correlation with an answer that never varies. "
        "Accuracy becomes the share of the negatives, which looks good wherever positives are rare. "
        "Balanced accuracy is one half.",
    ),
    ("labels", "deal_out"): Story(
        "Answers dealt out at random",
        "There are as many yes and no as before, each on a row drawn at random.",
        "On average over many deals, balanced accuracy is one half, Matthews' correlation is 0 and "
        "precision is the share of the positives. Accuracy keeps what the sizes of the classes give away.",
    ),
    ("labels", "no_positives"): Story(
        "No positive rows",
        "All positive rows are taken away; the negative ones stay as they are.",
        "Recall is a share of the positives, and of none there is no share. Balanced accuracy has lost "
        "one of its two classes, and correlation needs a truth that varies. Specificity asks the negative "
        "rows only and stays.",
    ),
    ("scores", "square"): Story(
        "Scores squared",
        "Every score is replaced by its square: 0.9 becomes 0.81, 0.1 becomes 0.01.",
        "Squares of numbers from 0 to 1 keep their order, and ROC AUC and average precision look at the "
        "order only. Log loss and the Brier score hold each number against what happened.",
    ),
    ("scores", "more_negatives"): Story(
        "Ten times the negatives",
        "Every negative row is now there ten times, each time with the score that it had.",
        "ROC AUC is the share of pairs in which the positive row has the higher score. Now there are ten "
        "times as many pairs, and ten times as many of them are won. Average precision is made of "
        "precisions, and they fall when negatives become common.",
    ),
    ("scores", "reverse"): Story(
        "Scores reversed",
        "Every score is replaced by 1 minus the score.",
        "Every pair that was won is lost now, so ROC AUC is 1 minus what it was. An area below 0.5 may mean "
        "reversed scores. It may also mean flipped labels, or chance.",
    ),
    ("scores", "yes_no"): Story(
        "Rounded to yes or no",
        "Every score from 0.5 on becomes 1, every other one 0.",
        "Rounding throws away the order within yes and within no. Every wrong answer is now a sure one, and "
        "the log loss of a sure mistake is infinite. scikit-learn clips it and prints a number.",
    ),
    ("scores", "one_score"): Story(
        "One score for all",
        "Every row gets the same score: the share of positives among the training rows.",
        "Every pair is a tie now, so ROC AUC is exactly one half. Average precision is exactly the share of "
        "the positives. This is where a model stands that knows nothing of the single row.",
    ),
    ("scores", "sure_mistake"): Story(
        "One sure mistake",
        "One positive row gets the score 0: it was said to be impossible.",
        "Log loss takes the logarithm of 0, so it is infinite. For the Brier score one row costs 1 at most. "
        "ROC AUC loses the pairs of one row.",
    ),
    ("scores", "no_positives"): Story(
        "No positive rows",
        "All positive rows are taken away; the negative ones keep their scores.",
        "ROC AUC compares positive with negative rows, and average precision follows the positives that are "
        "found: without any, both are 0/0. Log loss and the Brier score take each row by itself. "
        "scikit-learn refuses this log loss, unless one tells it that there are two labels.",
    ),
    ("classes", "more_of_biggest"): Story(
        "More of the biggest class",
        "Every row of the biggest class is now there ten times, with the answer that it had.",
        "Balanced accuracy takes the share found of each class, and copies change no share. Accuracy and "
        "micro F1 count rows, so they move towards the share found of the biggest class.",
    ),
    ("classes", "forget_smallest"): Story(
        "A rare class, never named",
        "All rows but those of the smallest class are there ten times, so it is rare now. And it is never "
        "named: the model's second choice is taken.",
        "That class is never found, so its recall and its F1 are 0. Macro F1 and balanced accuracy count it "
        "as one class among all, however few rows it has. Accuracy, micro and weighted F1 count its rows, "
        "and those are few.",
    ),
    ("classes", "always_biggest"): Story(
        "Always the biggest class",
        "Every answer is replaced by the name of the biggest class.",
        "Accuracy becomes the share of that class. Balanced accuracy is 1 divided by the number of classes: "
        "one is always found, the others never. In macro F1 each class that is never named counts 0.",
    ),
    ("classes", "rename"): Story(
        "Classes renamed",
        "Every class gets another name, in the truth and in the answers.",
        "A class is only a name here, without order or distance. So no metric of classes can notice.",
    ),
    ("classes", "missing_class"): Story(
        "One class is missing",
        "All rows of the smallest class are taken away; the other rows keep their answers.",
        "A class without rows has no recall. scikit-learn leaves it out of balanced accuracy. In macro F1 it "
        "counts 0 if the model still names it somewhere, and not at all if it does not.",
    ),
    ("numbers", "one_error"): Story(
        "One huge error",
        "One prediction is replaced: it is now too high by ten times the whole range of the true values.",
        "MSE squares the error, so this row outweighs all others, and R² is made of it. MAE takes it as it "
        "is. MedAE asks for the error in the middle, which one row can hardly move.",
    ),
    ("numbers", "other_unit"): Story(
        "A unit 100 times smaller",
        "True values and predictions are multiplied by 100, as from metres to centimetres.",
        "MAE, RMSE and MedAE have the unit of the target, so they are 100 times as large; MSE has its "
        "square and is 10,000 times as large. R² and MAPE are ratios, in which the unit cancels.",
    ),
    ("numbers", "other_zero"): Story(
        "Another zero point",
        "The same amount is added to all true values and to all predictions, as from degrees to kelvin.",
        "An error is a difference, and differences do not depend on where 0 lies. MAPE divides by the true "
        "value, and that does.",
    ),
    ("numbers", "true_zero"): Story(
        "One true value is 0",
        "The smallest true value is replaced by 0.",
        "MAPE divides by the true value, and nothing can be divided by 0. scikit-learn divides by a tiny "
        "number instead and prints a huge one, without a warning.",
    ),
    ("numbers", "mean_for_all"): Story(
        "The mean for all",
        "Every prediction is replaced by the mean of the training rows.",
        "R² measures against the mean of the judged rows, the best of all constants. Another constant, such "
        "as the mean of the training rows, is never better: R² is 0 or a little below.",
    ),
    ("numbers", "one_row"): Story(
        "A single row",
        "Only the first row is left, as in leave-one-out validation.",
        "R² measures against the spread of the true values, and one row has none. The others are defined: "
        "MAE, RMSE and MedAE are all the error of this row.",
    ),
    ("numbers", "same_truth"): Story(
        "All true values alike",
        "All true values are replaced by their median; the predictions stay.",
        "Where nothing varies, there is nothing to explain, and R² is a division by 0. scikit-learn returns "
        "0 without a warning.",
    ),
    ("clusters", "stretch"): Story(
        "One column stretched",
        "The first column is measured in a unit ten times smaller. The clusters stay as they are.",
        "Distances add up over the columns, so now this column decides. Everything that is made of distances "
        "moves. ARI compares divisions, not distances.",
    ),
    ("clusters", "all_units"): Story(
        "All columns × 100",
        "All columns are multiplied by 100. The clusters stay as they are.",
        "Silhouette, Davies–Bouldin and Calinski–Harabasz are ratios of distances, in which a common factor "
        "cancels. Inertia is a sum of squared distances: 10,000 times as large.",
    ),
    ("clusters", "renumber"): Story(
        "Clusters renumbered",
        "The clusters get other numbers. Each row stays with its neighbours.",
        "The number of a cluster is only a name, so none of these metrics looks at it.",
    ),
    ("clusters", "every_twice"): Story(
        "Every row twice",
        "Every row is there twice, in the same cluster.",
        "Inertia is a sum over the rows and doubles, and Calinski–Harabasz grows with the rows too: neither "
        "can compare tables of different length. Davies–Bouldin is made of means and stays.",
    ),
    ("clusters", "one_cluster"): Story(
        "One cluster for all",
        "All rows are put into one cluster: k = 1.",
        "Silhouette, Davies–Bouldin and Calinski–Harabasz compare clusters with each other, and there is no "
        "other one: scikit-learn raises. Inertia is the whole spread. ARI is 0: nothing is told apart.",
    ),
    ("clusters", "one_each"): Story(
        "Every row a cluster",
        "Each row becomes a cluster of its own: k is the number of rows.",
        "Inertia is 0, the best that there is, for a division that says nothing. The other three measures "
        "of distance refuse: inside a single row there is no distance. ARI is 0.",
    ),
    ("clusters", "deal_out"): Story(
        "Clusters dealt out at random",
        "The clusters keep their sizes, but each row is drawn at random.",
        "Random clusters lie on top of each other, so the silhouette is 0 or below and inertia is almost the "
        "whole spread. ARI is about 0, which is what it is made for.",
    ),
}  # fmt: skip
