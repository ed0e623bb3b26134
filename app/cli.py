"""The command line: `glassroom [serve | run | labs | …]`, see `glassroom --help`.

It is a second reader of the same specs: a lab is found, its settings are parsed and its result is
printed without a line of code for the single lab.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.automl_command import add_automl
from core.errors import SpecError
from core.lab import find_labs, load_lab
from core.settings import PREFIX, read_settings
from core.store.errors import StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 2 after a mistake that a sentence on stderr explains."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (SpecError, StoreError) as error:
        print(f"glassroom: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="glassroom", description=__doc__.split("\n")[0])
    parser.set_defaults(command=_serve)
    commands = parser.add_subparsers(title="commands", metavar="")
    serve = commands.add_parser("serve", help="open the classroom (what `glassroom` alone does)")
    serve.add_argument(
        "--class",
        action="store_true",
        dest="is_class",
        help="for a class: everybody joins with a room code and has a record of their own",
    )
    serve.set_defaults(command=_serve)
    commands.add_parser(
        "teacher", help="say the word with which the teacher of a class signs in"
    ).set_defaults(command=_teacher)
    run = commands.add_parser("run", help="run one lab without a browser and print its numbers")
    run.add_argument("lab", help="a name that `glassroom labs` lists")
    run.add_argument(
        "--set", nargs="+", default=[], action="extend", metavar="KEY=VALUE", dest="settings"
    )
    run.add_argument("--preset", help="start from one of the lab's named settings")
    run.add_argument("--json", action="store_true", help="print one JSON object")
    run.add_argument("--log", action="store_true", help="keep it as a run of MLflow, too")
    run.set_defaults(command=_run)
    add_automl(commands)
    commands.add_parser("labs", help="list the labs").set_defaults(command=_labs)
    _add_bank(commands)
    backup = commands.add_parser("backup", help="copy the record, also while the server runs")
    backup.add_argument("file", type=Path, help="the copy; an older one of this name is replaced")
    backup.set_defaults(command=_backup)
    restoring = commands.add_parser("restore", help="put a backup in the place of the record")
    restoring.add_argument(
        "file", type=Path, nargs="?", help="the newest good one, if none is named"
    )
    restoring.set_defaults(command=_restore)
    _add_personal(commands)
    commands.add_parser(
        "doctor", help="versions, paths, sizes, and what is missing or about to hurt"
    ).set_defaults(command=_doctor)
    return parser


def _add_bank(commands: Any) -> None:
    bank = commands.add_parser(
        "bank", help="deploy, check or export the practice items and their variants"
    )
    bank.add_argument("action", choices=("build", "check", "export"))
    bank.add_argument("lessons", nargs="*", metavar="lesson", help="all lessons, if none is named")
    bank.add_argument(
        "--to", help="sheet, gift, moodle, jupyterquiz, or attempts (what was answered)"
    )
    bank.add_argument("--out", type=Path, help="the file to write; on the screen, if none is named")
    bank.add_argument(
        "--variants", type=int, default=1, help="of each question whose numbers vary (1 to 30)"
    )
    bank.set_defaults(command=_bank)


def _add_personal(commands: Any) -> None:
    exporting = commands.add_parser("export-me", help="write everything that is kept of you")
    exporting.add_argument("file", type=Path, help="a JSON file")
    exporting.set_defaults(command=_export_me)
    forgetting = commands.add_parser("forget-me", help="erase everything that is kept of you")
    forgetting.add_argument("--yes", action="store_true", help="do it; nobody can bring it back")
    forgetting.set_defaults(command=_forget_me)
    for parser in (exporting, forgetting):
        parser.add_argument(
            "--learner", default="local", help="somebody of a class, by the id in the log"
        )


def _serve(options: argparse.Namespace) -> None:
    from app.server import serve

    if getattr(options, "is_class", False):
        os.environ[f"{PREFIX}MODE"] = "class"  # for every part that reads the settings later on
    serve(read_settings())


def _teacher(_options: argparse.Namespace) -> None:
    from core.rooms import group, say_teacher_token

    print(group(say_teacher_token(read_settings().home)))


def _backup(options: argparse.Namespace) -> None:
    from core.store import check_file, open_store
    from core.tracking.backups import pack_runs, packed_beside

    home = read_settings().home
    store = open_store(home, read_only=True)
    store.backup(options.file)
    store.close()
    print(f"{check_file(options.file).n_events} events were copied to {options.file}.")
    n_runs = pack_runs(home, packed_beside(options.file))
    if n_runs is not None:
        print(f"{n_runs} runs were copied to {packed_beside(options.file)}.")


def _restore(options: argparse.Namespace) -> None:
    from core.store import restore
    from core.tracking.backups import bring_back_runs

    home = read_settings().home
    chosen, aside = restore(home, options.file)
    print(f"The record is that of {chosen} again.")
    runs = bring_back_runs(home, options.file)
    if runs is not None:
        print(f"The {runs[0]} runs of the backup are there again.")
        aside = aside or runs[1]
    if aside is not None:
        print(f"What was there before is kept in {aside}.")


def _export_me(options: argparse.Namespace) -> None:
    from core.personal import gather_record

    record = gather_record(options.learner, read_only=True)
    text = json.dumps(record, indent=2, ensure_ascii=False)
    options.file.write_text(text + "\n", encoding="utf-8")
    parts = ("events", "tables", "runs")
    n_events, n_tables, n_runs = (len(list(record[part])) for part in parts)  # type: ignore[call-overload]
    print(f"{n_events} events, {n_tables} tables and {n_runs} runs were written to {options.file}.")


def _forget_me(options: argparse.Namespace) -> None:
    from core.personal import forget_person

    if not options.yes:
        message = (
            "This erases everything, here and in the backups. Say `glassroom forget-me --yes`."
        )
        raise SpecError(message)
    print(f"{forget_person(options.learner)} events were erased.")


def _labs(_options: argparse.Namespace) -> None:
    entries = find_labs()
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        print(f"{entry.name:<{width}}  {entry.question}")


def _run(options: argparse.Namespace) -> None:
    from core.results import result_to_json, scalars_of, tables_of
    from core.specs import spec_from_text

    lab = load_lab(options.lab)
    texts = dict(_split_setting(text) for text in options.settings)
    if options.preset is not None:
        if options.preset not in lab.presets:
            message = (
                f"The lab {lab.name!r} has no preset {options.preset!r}. "
                f"It has: {', '.join(lab.presets)}."
            )
            raise SpecError(message)
        spec = lab.spec(**lab.presets[options.preset])
        texts = _texts_of(spec) | texts
    spec = spec_from_text(lab.spec, texts)
    result = lab.run(spec)
    if options.log:
        from core.tracking.log import Extras, log_result

        run = log_result(spec, result, lab=lab.name, extras=Extras(script=lab.script(spec)))
        print(f"Kept as run {run}.", file=sys.stderr)
    if options.json:
        print(result_to_json(result))
        return
    print(lab.question)
    for name, value in scalars_of(result).items():
        print(f"  {name} = {value}")
    for name, table in tables_of(result).items():
        print(f"\n{name} ({len(table)} rows)")
        print(table.head(10).to_string(index=False))


def _bank(options: argparse.Namespace) -> None:
    from core.practice.bank import BANK, load_entries
    from core.practice.build import build_lesson, check_lesson

    if options.action == "export":
        from core.practice.export.command import export

        print(export(options.to, options.lessons, n_variants=options.variants, out=options.out))
        return
    lessons = options.lessons or list(dict.fromkeys(entry.lesson for entry in load_entries()))
    if options.action == "build":
        for lesson in lessons:
            print(build_lesson(BANK, lesson), flush=True)
        return
    problems = [said for lesson in lessons for said in check_lesson(BANK, lesson)]
    if problems:
        raise SpecError("\n".join(problems))
    print(f"Every key of {len(lessons)} lessons was proved again.")


def _texts_of(spec: object) -> dict[str, str]:
    from core.specs import setting_to_text

    return {name: setting_to_text(value) for name, value in vars(spec).items()}


def _split_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        message = f"A setting is written name=value, got {text!r}."
        raise SpecError(message)
    return name, value


def _doctor(_options: argparse.Namespace) -> None:
    from app.doctor import examine

    for line in examine(read_settings()):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
