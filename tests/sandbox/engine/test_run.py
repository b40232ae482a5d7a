from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engine.registration import Operation
from sandbox.engine.state import StackState
from sandbox.engine.wire import Secret
from sandbox.provider.values import UNKNOWN

if TYPE_CHECKING:
    from .conftest import Tiny

TWO = """
    first = Thing("first", colour="red")
    second = Thing("second", friends=[first.arn])
    pulumi.export("arn", second.arn)
"""


def test_resources_are_created_in_the_order_of_their_dependencies(tiny: Tiny) -> None:
    """A resource is created only once the outputs it takes exist, and is given their values."""
    run = tiny.up(TWO)

    made = tiny.cloud.done("CreateThing")
    assert [name.rpartition("-")[0] for name in made] == ["first", "second"]
    assert tiny.cloud.things[f"id-{made[1]}"]["friends"] == [f"arn:aws:test:eu-west-1:123456789012:{made[0]}"]
    assert run.outputs == {"arn": f"arn:aws:test:eu-west-1:123456789012:{made[1]}"}
    assert run.changes == {Operation.CREATE: 2}


def test_a_second_run_changes_nothing(tiny: Tiny) -> None:
    """The same program run again finds everything as it wants it, and calls nothing."""
    first = tiny.up(TWO)
    calls = list(tiny.cloud.calls)
    second = tiny.up()

    assert second.changes == {Operation.SAME: 2}
    assert second.outputs == first.outputs
    assert tiny.cloud.calls == calls


def test_a_changed_input_updates_in_place(tiny: Tiny) -> None:
    """What may change in place is updated under the same id."""
    tiny.up('Thing("thing", name="alice", colour="red")')
    run = tiny.up('Thing("thing", name="alice", colour="blue")')

    assert run.changes == {Operation.UPDATE: 1}
    assert tiny.cloud.things["id-alice"]["colour"] == "blue"
    assert tiny.cloud.done("DeleteThing") == []


def test_order_without_meaning_is_no_change(tiny: Tiny) -> None:
    """An unordered list in another order is the same list."""
    tiny.up('Thing("thing", friends=["a", "b"])')
    assert tiny.up('Thing("thing", friends=["b", "a"])').changes == {Operation.SAME: 1}


def test_an_input_left_out_that_aws_computes_is_no_change(tiny: Tiny) -> None:
    """Taking away an optional and computed input leaves what is there."""
    tiny.up('Thing("thing", size="large")')
    assert tiny.up('Thing("thing")').changes == {Operation.SAME: 1}


def test_a_name_that_stays_is_deleted_before_it_is_made_again(tiny: Tiny) -> None:
    """A replacement under the same physical name deletes first: two cannot have it."""
    tiny.up('Thing("thing", name="alice", material="wood")')
    run = tiny.up('Thing("thing", name="alice", material="iron")')

    assert run.changes == {Operation.REPLACE: 1}
    assert [call for call, _ in tiny.cloud.calls] == ["CreateThing", "DeleteThing", "CreateThing"]


def test_a_new_name_is_made_before_the_old_thing_goes(tiny: Tiny) -> None:
    """A replacement under another name creates first, and deletes the old one at the end."""
    tiny.up('Thing("thing", name="alice")')
    run = tiny.up('Thing("thing", name="bob")')

    assert run.changes == {Operation.REPLACE: 1, Operation.DELETE: 1}
    assert tiny.cloud.calls[1:] == [("CreateThing", "bob"), ("DeleteThing", "alice")]
    assert list(tiny.cloud.things) == ["id-bob"]


def test_a_replacement_that_could_not_delete_the_old_thing_does_so_next_time(tiny: Tiny) -> None:
    """What was replaced and is still there is remembered until it is deleted."""
    tiny.up('Thing("thing", name="alice")')
    tiny.cloud.refuse["alice"] = "AccessDenied"
    failed = tiny.write('Thing("thing", name="bob")').run()
    assert failed.error is not None
    assert "AccessDenied" in failed.error

    tiny.cloud.refuse.clear()
    tiny.up()
    assert list(tiny.cloud.things) == ["id-bob"]


def test_what_the_program_no_longer_wants_is_deleted_newest_first(tiny: Tiny) -> None:
    """Resources that are not registered any more are deleted, dependents before what they depend on."""
    tiny.up(TWO)
    run = tiny.up('Thing("third")')

    assert [name.rpartition("-")[0] for name in tiny.cloud.done("DeleteThing")] == ["second", "first"]
    assert run.changes == {Operation.CREATE: 1, Operation.DELETE: 2}


def test_a_preview_asks_for_nothing_and_knows_nothing_computed(tiny: Tiny) -> None:
    """In a preview nothing is created, what the program says is known, and what AWS would choose is not."""
    run = tiny.up(
        """
        first = Thing("first", colour="red")
        second = Thing("second", friends=[first.arn])
        pulumi.export("arn", second.arn)
        pulumi.export("id", second.id)
        pulumi.export("colour", first.colour)
        """,
        preview=True,
    )

    assert tiny.cloud.calls == []
    assert run.outputs == {"arn": UNKNOWN, "id": UNKNOWN, "colour": "red"}
    assert run.changes == {Operation.CREATE: 2}
    assert [one.inputs["friends"] for one in run.registrations if one.name == "second"] == [[UNKNOWN]]
    assert run.state.resources == {}


def test_a_preview_of_a_change_says_what_would_be_done(tiny: Tiny) -> None:
    """A preview tells updates, replacements and deletions apart, and leaves state and cloud alone."""
    tiny.up('Thing("a", name="alice"); Thing("b", name="bob"); Thing("c", name="carol")')
    before = (dict(tiny.cloud.things), tiny.state.to_document())
    run = tiny.up(
        'Thing("a", name="alice", colour="red"); Thing("b", name="bob", material="x")', preview=True
    )

    assert {one.name: one.operation for one in run.registrations if one.custom} == {
        "a": Operation.UPDATE,
        "b": Operation.REPLACE,
    }
    assert run.deletions == [
        ("urn:pulumi:dev::tiny::aws:test/thing:Thing::c", Operation.DELETE),
    ]
    assert (dict(tiny.cloud.things), tiny.state.to_document()) == before


def test_secrets_reach_the_cloud_bare_and_the_outputs_veiled(tiny: Tiny) -> None:
    """A secret input is unwrapped for AWS and stays secret in outputs, registrations and exports."""
    run = tiny.up(
        """
        thing = Thing("thing", name="alice", password=pulumi.Output.secret("hunter2"))
        pulumi.export("password", thing.password)
        pulumi.export("name", thing.name)
        """
    )

    assert tiny.cloud.things["id-alice"]["password"] == "hunter2"
    assert run.outputs == {"password": Secret("hunter2"), "name": "alice"}
    assert "hunter2" not in repr(run.registrations) + str([r.to_document() for r in run.registrations])


def test_additional_secret_outputs_are_secret(tiny: Tiny) -> None:
    """An output the program calls secret is secret even though nothing secret went in."""
    run = tiny.up(
        """
        thing = Thing("thing", Opts(additional_secret_outputs=["arn"]))
        pulumi.export("arn", thing.arn)
        """
    )
    assert isinstance(run.outputs["arn"], Secret)


def test_destroy_deletes_newest_first_and_forgets(tiny: Tiny) -> None:
    """Destroying a stack deletes everything, dependents first, without running the program."""
    tiny.up(TWO)
    (tiny.folder / "__main__.py").write_text("raise SystemExit('not to be run')", encoding="utf-8")
    run = tiny.destroy()

    assert run.error is None
    assert [name.rpartition("-")[0] for name in tiny.cloud.done("DeleteThing")] == ["second", "first"]
    assert tiny.cloud.things == {}
    assert tiny.state.resources == {}


def test_state_survives_a_file(tiny: Tiny) -> None:
    """A run continues from the state another process saved."""
    file = tiny.folder / "state.json"
    tiny.up(TWO).state.save(file)
    tiny.state = StackState.load(file)

    assert tiny.up().changes == {Operation.SAME: 2}


def test_the_state_of_a_stack_that_never_ran_is_empty(tiny: Tiny) -> None:
    """A state file that is not there yet is a new stack's."""
    assert StackState.load(tiny.folder / "none.json").resources == {}


def test_a_failed_run_keeps_what_it_made_and_deletes_nothing(tiny: Tiny) -> None:
    """After a failure what exists is remembered, what was to be deleted stays, and the next run goes on."""
    tiny.up('Thing("old", name="old")')
    tiny.cloud.refuse["bob"] = "ThrottlingException"
    source = 'a = Thing("a", name="alice"); Thing("b", name="bob", friends=[a.arn])'
    failed = tiny.write(source).run()

    assert failed.error is not None
    assert set(tiny.cloud.things) == {"id-old", "id-alice"}
    tiny.cloud.refuse.clear()
    assert tiny.up().changes == {Operation.SAME: 1, Operation.CREATE: 1, Operation.DELETE: 1}


def test_a_resource_that_was_half_made_is_finished_by_the_next_run(tiny: Tiny) -> None:
    """A resource that exists but failed to be set up is remembered, and updated rather than made again."""
    tiny.cloud.break_after_create = True
    failed = tiny.write('Thing("thing", name="alice")').run()
    assert failed.error is not None
    assert "PaintThing answered Throttling" in failed.error

    tiny.cloud.break_after_create = False
    assert tiny.up().changes == {Operation.UPDATE: 1}
    assert tiny.cloud.done("CreateThing") == ["alice"]


def test_physical_names_are_the_same_on_every_run_of_a_stack(tiny: Tiny) -> None:
    """A made-up name depends on the URN alone, so that two runs and two machines agree."""
    tiny.up('Thing("thing")')
    tiny.state, tiny.cloud.things = StackState(), {}
    tiny.up()
    assert len(set(tiny.cloud.done("CreateThing"))) == 1
