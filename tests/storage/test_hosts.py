"""What servers said is remembered from run to run."""

from datetime import timedelta

from sqlalchemy import func, select

from pipeline.items import RobotsFile
from storage import Corpus
from storage.hosts import HostMemory
from storage.tables import HOLD, ROBOTS
from tests.storage.builders import NOON, Clock

ORIGIN = "https://news.example:8443"


def test_a_robots_txt_is_given_back_as_it_was_kept(corpus: Corpus) -> None:
    robots = RobotsFile(status=200, body=b"User-agent: *\n\x00\xff", fetched_at=NOON)

    HostMemory(corpus, now=Clock()).keep_robots(ORIGIN, robots)

    assert HostMemory(corpus, now=Clock()).robots(ORIGIN) == robots
    assert HostMemory(corpus, now=Clock()).robots("http://news.example:8443") is None


def test_the_last_robots_txt_of_an_origin_replaces_the_one_before(corpus: Corpus) -> None:
    hosts = HostMemory(corpus, now=Clock())
    hosts.keep_robots(ORIGIN, RobotsFile(status=200, body=b"User-agent: *", fetched_at=NOON))
    gone = RobotsFile(status=404, fetched_at=NOON + timedelta(days=1))

    hosts.keep_robots(ORIGIN, gone)

    assert hosts.robots(ORIGIN) == gone
    with corpus.read() as connection:
        assert connection.execute(select(func.count()).select_from(ROBOTS)).scalar() == 1


def test_a_site_is_held_until_the_time_it_asked_for(corpus: Corpus) -> None:
    clock = Clock()
    hosts = HostMemory(corpus, now=clock)
    hosts.hold("news.example", NOON + timedelta(hours=1))

    held = hosts.held_until("news.example")
    assert hosts.held() == {"news.example"}
    clock.forward(hours=1)

    assert held == NOON + timedelta(hours=1)
    assert hosts.held() == frozenset()
    assert hosts.held_until("news.example") is None
    assert hosts.held_until("other.example") is None


def test_the_later_of_two_times_stays(corpus: Corpus) -> None:
    hosts = HostMemory(corpus, now=Clock())

    hosts.hold("news.example", NOON + timedelta(hours=2))
    hosts.hold("news.example", NOON + timedelta(hours=1))
    earlier_ignored = hosts.held_until("news.example")
    hosts.hold("news.example", NOON + timedelta(hours=3))

    assert earlier_ignored == NOON + timedelta(hours=2)
    assert hosts.held_until("news.example") == NOON + timedelta(hours=3)


def test_what_is_over_is_forgotten_when_the_next_site_asks(corpus: Corpus) -> None:
    clock = Clock()
    hosts = HostMemory(corpus, now=clock)
    hosts.hold("news.example", NOON + timedelta(hours=1))
    clock.forward(hours=2)

    hosts.hold("other.example", NOON + timedelta(hours=3))

    with corpus.read() as connection:
        assert connection.execute(select(HOLD.c.site)).scalars().all() == ["other.example"]
