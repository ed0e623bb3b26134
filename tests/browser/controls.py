"""Find the controls of a lesson by what they are to a person, and move each."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as NotInTimeError

from core.practice.draw import reopen_item

CARDS = (".st-key-card_run", ".st-key-card_see", ".st-key-card_explain")
POPOVER = "[data-testid=stPopoverBody]"
OPERABLE = (
    ", ".join(
        f"[role={role}]" for role in ("combobox", "radiogroup", "spinbutton", "switch", "slider")
    )
    + ", input[type=number], input[type=checkbox]"
)


@dataclass(frozen=True)
class Control:
    """Something that can be moved, the name that it has for a person, and how to move it."""

    label: str
    move: Callable[[], None]


def find_controls(page) -> list[Control]:
    """Return every control of the lesson, those behind "More" too, which is left open."""
    # Streamlit fetches the code of each kind of control when the first one is drawn.
    expect(page.locator(", ".join(CARDS)).locator(OPERABLE).first).to_be_attached(timeout=30_000)
    cards = [page.locator(card) for card in CARDS]
    for button in cards[0].get_by_test_id("stPopover").get_by_role("button").all():
        if page.locator(POPOVER).is_visible() and _controls_in(page, page.locator(POPOVER)):
            break
        if page.locator(POPOVER).is_visible():  # only a form: it moves nothing until it is sent
            page.keyboard.press("Escape")
            expect(page.locator(POPOVER)).to_have_count(0)
        button.click()
        page.locator(POPOVER).wait_for()
    places = [*cards, page.locator(POPOVER)] if page.locator(POPOVER).count() else cards
    return [control for place in places for control in _controls_in(page, place)]


def _controls_in(page, place: Locator) -> list[Control]:
    lists = place.get_by_role("combobox").all()
    choices = place.get_by_role("radiogroup").all()
    numbers = place.get_by_role("spinbutton").all()
    switches = place.get_by_role("checkbox").or_(place.get_by_role("switch")).all()
    sliders = place.locator("[data-testid=stSlider]").get_by_role("slider").all()
    moves = [
        *((box, partial(choose_other, page, box)) for box in lists),
        *((group, partial(choose_another, page, group)) for group in choices),
        *((box, partial(box.press, "ArrowUp")) for box in numbers),
        *((box, box.click) for box in switches),
        *((box, partial(box.press, "ArrowRight")) for box in sliders),
    ]
    # What lies in a form moves nothing until the form is sent.
    return [
        Control(box.get_attribute("aria-label"), move)
        for box, move in moves
        if not box.evaluate("box => Boolean(box.closest('[data-testid=stForm]'))")
    ]


def choose_another(page, group: Locator) -> None:
    """Choose the last of a few values in sight that is not the present one."""
    group.get_by_role("radio").and_(page.locator("[aria-checked=false]")).last.click()


def choose_other(page, box: Locator) -> None:
    """Choose the last option of a list that is not the present one."""
    present = box.input_value()
    unfold(page, box)
    options = page.get_by_role("option").all()
    next(option for option in reversed(options) if option.inner_text() != present).click()


def pick(page, label: str, option: str) -> None:
    unfold(page, page.get_by_role("combobox", name=label))
    page.get_by_role("option", name=option, exact=True).click()


def unfold(page, box: Locator) -> None:
    """Open a list; it closes again when the page moves under it, so scrolling comes first."""
    box.evaluate("box => box.scrollIntoView({block: 'center'})")
    for _ in range(5):
        page.wait_for_timeout(200)
        box.click()
        with suppress(NotInTimeError):
            page.get_by_role("listbox").wait_for(timeout=3000)
            return
    message = f"The list {box.get_attribute('aria-label')} does not open."
    raise AssertionError(message)


def enter(page, label: str, number: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(number)
    box.press("Enter")


def checked(page, group: str) -> str:
    """The words of the choice that is made in a group of buttons."""
    return (
        page.get_by_role("radiogroup", name=group).get_by_role("radio", checked=True).inner_text()
    )


PRACTICE = ".st-key-card_practise"


def items_in_sight(page, *, fresh: bool = False) -> list[str]:
    """Return the ids of the questions on the page, or of those not answered yet."""
    names = page.locator(f"{PRACTICE} [class*=st-key-item_]").evaluate_all(
        """(cards, fresh) => cards
          .filter((card) => !fresh || card.querySelector('[data-testid=stFormSubmitButton]'))
          .map((card) => [...card.classList].find((name) => name.startsWith('st-key-item_')))""",
        fresh,
    )
    return [name.removeprefix("st-key-item_") for name in names]


def drawn_items(visit, lesson: str) -> dict:
    """Return by id the questions of the latest draw, with the numbers that the page shows."""
    body = visit.classroom.events("practice", lesson)[-1].body
    return {name: reopen_item(name, body["seeds"].get(name), otherwise=0) for name in body["items"]}
