"""The story of people before refusing terminals, for the demonstration: asked through the verb, with what the bank knew by then."""

from __future__ import annotations

from applications.demo import people
from applications.demo.telling import Clock
from applications.support.checking.asking import ask, ask_again, say_solved
from applications.support.checking.questions import CODE_OF, Screen, Since
from applications.support.weeks import count_weeks
from terminals.models import Terminal

# Who asked on which day about which of the own terminals, by its name, or about which number.
ASKED = (
    ("enterprise@shop.example", 2, "外送手持机", Screen.NOT_REGISTERED, Since.FIRST_USE),
    ("enterprise@shop.example", 1, "收银台 1 号", Screen.NO_CONNECTION, Since.SUDDENLY),
    ("supermarket@shop.example", 1, "熟食柜", Screen.STOPPED, ""),
    ("supermarket@shop.example", 1, "P2A004172201", Screen.NOT_REGISTERED, Since.SWAP),
)


def people_who_asked(clock: Clock) -> None:
    """A few questions; the one about the network was asked again and has helped."""
    for login, days, about, screen, since in ASKED:
        person, at = people.of(login), clock.ago(days, "11:20")
        terminal = Terminal.objects.visible_to(person).filter(label=about).first()
        number = terminal.number if terminal else about
        check = ask(
            number=number,
            screen=screen,
            code=CODE_OF.get(screen, ""),
            since=since,
            by=person,
            now=at,
            language="zh-hans",
        )
        if screen == Screen.NO_CONNECTION:
            again = ask_again(check, by=person, now=clock.ago(days, "11:31"), language="zh-hans")
            say_solved(again, is_solved=True, by=person, now=clock.ago(days, "11:33"))
    count_weeks(clock.now)
