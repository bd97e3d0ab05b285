"""``tearsheet search --stories`` and ``show --story``: one row a story, and one story from its beginning."""

from datetime import datetime
from typing import Any

from rich.text import Text

from storage import Corpus
from storage.search.records import Record
from storage.search.story_values import Report, Stories, Story, StoryHit
from tearsheet.cli.hits import hit_as_dict
from tearsheet.cli.output import carried, counted, note, print_json, shown, stdout

__all__ = ["print_stories", "show_story", "stories_as_dict"]


def stories_as_dict(found: Stories) -> dict[str, Any]:
    """Return one page of stories as JSON."""
    stories = [each.as_dict() | {"head": hit_as_dict(each.head)} for each in found.stories]
    return {"count": found.count, "stories": stories, "cursor": found.cursor}


def print_stories(found: Stories) -> None:
    """Print one page of the stories that a search finds."""
    many = counted(found.count, "story", "stories")
    stdout().print(Text(f"{many} for {found.query} (newest first)", style="bold"))
    for each in found.stories:
        _print_hit(each)
    _note_more(found)


def show_story(record: Record, corpus: Corpus, as_json: bool) -> None:
    """Print the texts of an article's story in the order of their times."""
    told = corpus.reports(record.story) or corpus.reports(record.story, include_off_topic=True)
    assert told is not None  # noqa: S101  # the article itself is one of its story
    story, reports = told
    before, after = corpus.stories_beside(record.story)
    if as_json:
        document = {"id": record.id, "url": record.url} | story.as_dict()
        document |= {
            "timeline": [each.as_dict() for each in reports],
            "follows": [_beside(each) for each in before],
            "followed_by": [_beside(each) for each in after],
            "articles": [each.as_dict() for each in corpus.story(record.story)],
        }
        print_json(document)
        return
    stdout().print(Text(shown(f"Story {story.story}: {_about(story)}"), style="bold"))
    for each in reports:
        _print_report(each)
    if before or after:
        stdout().print()
    for other, how in (*((each, "Follows") for each in before), *((each, "Followed by") for each in after)):
        stdout().print(Text(shown(f"{how} story {other.story}: {other.id}  {other.title}"), style="dim"))


def _print_report(report: Report) -> None:
    out = stdout()
    out.print()
    head = Text()
    head.append(f"{report.at:%Y-%m-%d %H:%M}  ", style="cyan")
    head.append(shown(report.title) or "(no headline)", style="bold")
    out.print(head)
    many = f" · {carried(report.carriage)}" if report.carriage.articles > 1 else ""
    after = f" · follows {report.follows}" if report.follows else ""
    about = f"{report.article_id} · {report.source} · {report.language or '?'}{many}{after}"
    out.print(Text(f"      {shown(about)}", style="dim"))


def _beside(record: Record) -> dict[str, Any]:
    return {"story": record.story, "article": record.id, "title": record.title}


def _print_hit(hit: StoryHit) -> None:
    out = stdout()
    out.print()
    head = Text()
    head.append(f"{hit.head.id:>4}  ", style="cyan")
    head.append(shown(hit.head.title) or "(no headline)", style="bold")
    out.print(head)
    out.print(Text(f"      {shown(_about(hit.story))}", style="dim"))


def _about(story: Story) -> str:
    """Say how much was written of a story, by whom and when."""
    texts = f" ({counted(story.texts, 'text')})" if story.texts < story.articles else ""
    written = f"{counted(story.articles, 'article')}{texts}, {counted(story.sources, 'source')}"
    languages = f" · {', '.join(story.languages)}" if story.languages else ""
    return f"{_days(story.first_at, story.last_at)} · {written}{languages}"


def _days(first: datetime, last: datetime) -> str:
    """Return the days between two times.

    >>> _days(datetime(2025, 8, 12, 3), datetime(2025, 8, 12, 9))
    '2025-08-12'
    >>> _days(datetime(2025, 8, 12, 3), datetime(2025, 8, 14, 9))
    '2025-08-12 to 2025-08-14'
    """
    return f"{first:%Y-%m-%d}" if first.date() == last.date() else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _note_more(found: Stories) -> None:
    if found.stories:
        note("")
        note(f"tearsheet show {found.stories[0].head.id} --story  tells the first; --json gives all fields.")
    if found.cursor:
        note(f"More: --cursor {found.cursor}")
