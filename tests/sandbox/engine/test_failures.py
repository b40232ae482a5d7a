from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from sandbox.engine.errors import (
    ApplyFailed,
    CheckFailed,
    DuplicateUrn,
    ProgramFailed,
    Refused,
    TimedOut,
)

if TYPE_CHECKING:
    from .conftest import Tiny


def test_duplicate_urns_are_refused(tiny: Tiny) -> None:
    """Two resources of one type, parent and name cannot be told apart, and end the run."""
    run = tiny.write('Thing("thing"); Thing("thing")').run()

    assert isinstance(run.failure, DuplicateUrn)
    assert run.failure.urn == "urn:pulumi:dev::tiny::aws:test/thing:Thing::thing"


def test_the_same_name_below_two_parents_is_no_duplicate(tiny: Tiny) -> None:
    """Below parents of different types a name may be used twice."""
    tiny.up('Thing("thing"); Thing("thing", Opts(parent=Box("box")))')


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('pulumi.CustomResource("aws:ec2/vpc:Vpc", "vpc", {})', "aws:ec2/vpc:Vpc"),
        ('pulumi.CustomResource("gcp:storage/bucket:Bucket", "bucket", {})', "gcp:storage/bucket:Bucket"),
        ('pulumi.ProviderResource("gcp", "google", {})', "pulumi:providers:gcp"),
        ('pulumi.ComponentResource("x:y:Z", "far", {}, remote=True)', "x:y:Z"),
    ],
)
def test_what_the_sandbox_does_not_have_is_refused_by_name(tiny: Tiny, source: str, named: str) -> None:
    """A resource type, a provider or a remote component that is not there is named in the error."""
    run = tiny.write(source).run()
    assert isinstance(run.failure, Refused)
    assert named in str(run.failure)


def test_unknown_functions_are_refused_by_name(tiny: Tiny) -> None:
    """A function the provider does not have is named, with those it has."""
    run = tiny.write('pulumi.runtime.invoke("aws:ec2/getVpc:getVpc", {})').run()
    assert isinstance(run.failure, Refused)
    assert "aws:ec2/getVpc:getVpc" in str(run.failure)
    assert "aws:test/echo:echo" in str(run.failure)


def test_functions_answer(tiny: Tiny) -> None:
    """A function gets its arguments, secrets taken off, and its result reaches the program."""
    run = tiny.up(
        """
        secret = pulumi.Output.secret("hello")
        pulumi.export("plain", pulumi.runtime.invoke("aws:test/echo:echo", {"say": "hi"}).value["said"])
        pulumi.export("later", pulumi.runtime.invoke_output("aws:test/echo:echo", {"say": "hi"})["region"])
        """
    )
    assert run.outputs == {"plain": "hi", "later": "eu-west-1"}


def test_a_function_that_fails_is_what_ended_the_run(tiny: Tiny) -> None:
    """The error is the function's, with AWS's operation, code and message, not a traceback."""
    run = tiny.write('pulumi.runtime.invoke("aws:test/echo:echo", {"fail": True})').run()
    assert isinstance(run.failure, ApplyFailed)
    assert (run.failure.operation, run.failure.code) == ("Echo", "AccessDenied")


def test_a_program_may_catch_what_a_function_raises(tiny: Tiny) -> None:
    """A function's failure is the program's to handle."""
    tiny.up(
        """
        try:
            pulumi.runtime.invoke("aws:test/echo:echo", {"fail": True})
        except Exception:
            Thing("fallback")
        """
    )
    assert len(tiny.cloud.things) == 1


def test_an_argument_that_is_not_known_makes_the_result_unknown(tiny: Tiny) -> None:
    """In a preview a function whose argument AWS would choose is not called."""
    source = """
        thing = Thing("thing", name="alice")
        result = pulumi.runtime.invoke_output("aws:test/echo:echo", {"say": thing.arn})
        pulumi.export("said", result["said"])
    """
    assert repr(tiny.up(source, preview=True).outputs["said"]) == "<unknown>"
    assert tiny.up().outputs["said"] == "arn:aws:test:eu-west-1:123456789012:alice"


def test_inputs_that_fail_their_check_are_all_named(tiny: Tiny) -> None:
    """Every broken rule is in one error, before anything is called, in a preview too."""
    tiny.write('Thing("thing", name="x", colour="pink", wheels=4)')
    for preview in (True, False):
        run = tiny.run(preview=preview)
        assert isinstance(run.failure, CheckFailed)
        assert {failure.path for failure in run.failure.failures} == {"name", "colour", "wheels"}
    assert tiny.cloud.calls == []


def test_an_aws_error_is_the_runs_error(tiny: Tiny) -> None:
    """URN, operation, code and message of what AWS refused are in the run's error."""
    tiny.cloud.refuse["alice"] = "AccessDeniedException"
    run = tiny.write('Thing("thing", name="alice")').run()

    failure = run.failure
    assert isinstance(failure, ApplyFailed)
    assert failure.urn == "urn:pulumi:dev::tiny::aws:test/thing:Thing::thing"
    assert (failure.step, failure.operation, failure.code) == (
        "create",
        "CreateThing",
        "AccessDeniedException",
    )
    assert failure.message == "AccessDeniedException was the answer"
    assert "Traceback" not in str(failure)


def test_nothing_is_begun_after_a_failure(tiny: Tiny) -> None:
    """What is under way when the run fails is finished and remembered; what waited is never asked for."""
    slow_begun = threading.Event()

    def before(call: str, name: str) -> None:
        assert call == "CreateThing"
        if name == "slow":
            slow_begun.set()
            assert tiny.cloud.refused.wait(10)
        elif name == "bad":
            assert slow_begun.wait(10)

    tiny.cloud.before = before
    tiny.cloud.refuse["bad"] = "Throttling"
    run = tiny.write(
        """
        slow = Thing("slow", name="slow")
        Thing("bad", name="bad")
        Thing("late", name="late", friends=[slow.arn])
        """
    ).run()

    assert isinstance(run.failure, ApplyFailed)
    assert list(tiny.cloud.things) == ["id-slow"]
    assert "late" not in tiny.cloud.done("CreateThing")


def test_an_exception_in_the_program_is_told_with_its_line(tiny: Tiny) -> None:
    """The error says what was raised and where in the program; the traceback is in the log."""
    run = tiny.write('raise ValueError("no mesh here")').run()

    assert isinstance(run.failure, ProgramFailed)
    assert "ValueError: no mesh here" in run.failure.what
    assert "__main__.py:" in run.failure.where
    assert any("Traceback" in line.message for line in run.log)


def test_an_exception_in_an_apply_ends_the_run(tiny: Tiny) -> None:
    """A failure in the middle of an output is not lost."""
    run = tiny.write('Thing("thing").arn.apply(lambda arn: 1 / 0)').run()
    assert run.error is not None
    assert "ZeroDivisionError" in run.error


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('raise pulumi.RunError("write it differently")', "write it differently"),
        ('pulumi.Config().require("missing")', "tiny:missing"),
        ("raise SystemExit(3)", "exited with 3"),
        (
            'from cloudtrail.errors import MeshtrailError\nraise MeshtrailError("odd", remedy="mend it")',
            "mend it",
        ),
    ],
)
def test_errors_meant_for_people_come_without_a_traceback(tiny: Tiny, source: str, told: str) -> None:
    """What a program says to its user is passed on as it is."""
    (tiny.folder / "__main__.py").write_text(f"import pulumi\n{source}\n", encoding="utf-8")
    run = tiny.run()
    assert isinstance(run.failure, ProgramFailed)
    assert told in str(run.failure)
    assert run.failure.traceback == ""


def test_an_output_in_a_string_is_an_error(tiny: Tiny) -> None:
    """Formatting an output into a string raises here, where Pulumi would only put a warning into the string."""
    run = tiny.write('Thing("other", name=f"{Thing(\'thing\').arn}-x")').run()
    assert run.error is not None
    assert "__str__" in run.error


def test_a_program_that_waits_for_ever_is_ended(tiny: Tiny) -> None:
    """A program that never comes to an end is told to stop, and the error says how long it had."""
    run = tiny.write(
        """
        import asyncio
        pulumi.export("never", pulumi.Output.from_input(asyncio.Event().wait()))
        """
    ).run(timeout=0.7)
    assert isinstance(run.failure, TimedOut)
    assert "0.7 seconds" in run.failure.what


def test_a_resource_that_takes_too_long_is_named(tiny: Tiny) -> None:
    """A run that is out of time says which resources it was still at work on."""
    done = threading.Event()
    tiny.cloud.before = lambda _call, _name: (done.wait(2), None)[1]
    run = tiny.write('Thing("slow", name="slow")').run(timeout=0.5)
    done.set()
    assert isinstance(run.failure, TimedOut)
    assert "aws:test/thing:Thing::slow" in run.failure.why


def test_a_defect_of_the_engine_ends_the_run_instead_of_hanging_it(tiny: Tiny) -> None:
    """An unexpected exception in a resource type is the run's error too."""

    def break_down(_call: str, name: str) -> None:
        raise KeyError(name)

    tiny.cloud.before = break_down
    run = tiny.write('Thing("thing", name="alice")').run()
    assert run.error is not None
    assert "KeyError" in run.error


def test_assets_are_refused(tiny: Tiny) -> None:
    """A kind of value the engine cannot carry is refused in words."""
    run = tiny.write('Thing("thing", colour=pulumi.StringAsset("x"))').run()
    assert run.error is not None
    assert "Assets and archives" in run.error


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"aws:region": None}, "has no Region"),
        ({"aws:profile": "someone"}, "does not know profile"),
    ],
)
def test_a_provider_that_cannot_be_configured_is_explained(
    tiny: Tiny, config: dict[str, str | None], told: str
) -> None:
    """The stack's `aws:` settings are checked when the first resource needs them."""
    run = tiny.write('Thing("thing")').run(config_overrides=config)
    assert run.error is not None
    assert told in run.error


def test_hooks_are_refused(tiny: Tiny) -> None:
    """A program with resource hooks is told that the sandbox has none; the SDK asks before it registers any."""
    run = tiny.write(
        """
        hook = pulumi.ResourceHook("h", lambda args: None)
        Thing("thing", Opts(hooks=pulumi.ResourceHookBinding(before_create=[hook])))
        """
    ).run()
    assert run.error is not None
    assert "hook" in run.error
