"""``audit-capabilities``: a commit that lowers a capability's status fails, and hears which facet went."""

from __future__ import annotations

import pytest

from tests.e2e.support import TOOLS, Checkout

TRACKED = """\
from torch.utils.tensorboard import SummaryWriter


def log_loss(loss, step):
    SummaryWriter("runs").add_scalar("loss", loss, step)
"""
UNTRACKED = "def log_loss(loss, step):\n    print(step, loss)\n"
FELL = "tracking: Partially Implemented -> Missing; local_tracker is absent, it was shown by log_loss"


@pytest.fixture
def tracked(checkout: Checkout) -> Checkout:
    """A checkout whose only commit tracks its runs."""
    checkout.commit({"train.py": TRACKED})
    return checkout


def falls(checkout: Checkout, *args: str) -> tuple[int, list[str]]:
    """(exit code, the lines of a run of the hook)."""
    done = checkout.run("audit-capabilities", *args)
    return done.code, done.lines


def test_a_commit_that_touches_nothing_of_it_is_silent(tracked: Checkout) -> None:
    tracked.add({"notes.md": "# Notes\n"})
    assert falls(tracked) == (0, [])


def test_an_edit_that_keeps_what_a_file_shows_is_silent(tracked: Checkout) -> None:
    tracked.add({"train.py": "# the training\n" + TRACKED.replace('"loss", loss', '"train/loss", loss')})
    assert falls(tracked) == (0, [])


def test_a_move_of_the_evidence_is_silent(tracked: Checkout) -> None:
    tracked.git("mv", "train.py", "fit.py")
    assert falls(tracked) == (0, [])


def test_a_capability_that_grows_is_silent(tracked: Checkout) -> None:
    tracked.add({"model.py": "from torch import nn\n\n\nclass Net(nn.Module):\n    width = 2\n"})
    assert falls(tracked) == (0, [])


def test_a_clean_checkout_has_no_base_to_fall_from(tracked: Checkout) -> None:
    assert falls(tracked) == (0, [])


def test_evidence_that_is_edited_away_fails_with_facet_and_file(tracked: Checkout) -> None:
    tracked.add({"train.py": UNTRACKED})
    code, lines = falls(tracked)
    assert code == 1
    assert f"train.py:5:1: CAP001 {FELL} (calls torch.utils.tensorboard.SummaryWriter); train.py is changed" in lines
    assert lines[-1] == f"audit-capabilities: 2 capabilities fell against {tracked.head()[:12]}"


def test_evidence_that_is_deleted_fails_with_the_deletion(tracked: Checkout) -> None:
    tracked.git("rm", "-q", "train.py")
    code, lines = falls(tracked)
    assert code == 1
    assert lines[0].endswith("train.py is deleted")


def test_a_stub_in_its_place_is_a_fall_too(tracked: Checkout) -> None:
    tracked.add({"train.py": TRACKED.replace('    SummaryWriter("runs").add_scalar("loss", loss, step)', "    pass")})
    assert falls(tracked)[0] == 1


def test_a_capability_that_does_not_apply_may_go(tracked: Checkout) -> None:
    excused = 'not_applicable = { tracking = "moved to the platform", logging = "moved to the platform" }\n'
    tracked.add({"ml-audit.toml": excused, "train.py": UNTRACKED})
    assert falls(tracked) == (0, [])


def test_what_one_side_of_a_merge_gave_up_is_not_a_fall_again(tracked: Checkout) -> None:
    tracked.git("checkout", "-q", "-b", "other")
    tracked.force_commit({"train.py": UNTRACKED})
    tracked.git("checkout", "-q", "-")
    tracked.force_commit({"notes.md": "# Notes\n"})
    tracked.git("merge", "-q", "--no-commit", "--no-ff", "other")
    assert falls(tracked) == (0, [])


@pytest.mark.parametrize("tool", TOOLS)
def test_the_hook_stops_the_commit(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-capabilities"])
    checkout.add({"train.py": TRACKED})
    checkout.force_commit()
    checkout.add({"train.py": UNTRACKED})
    done = checkout.try_commit()
    assert done.code != 0
    assert any(FELL in line for line in done.lines)


def test_every_status_is_listed_on_demand(tracked: Checkout) -> None:
    code, lines = falls(tracked, "--all")
    assert code == 0
    assert "tracking: Partially Implemented, 2 of 3" in lines
    assert len(lines) == 14
