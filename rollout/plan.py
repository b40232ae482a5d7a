"""The plan of a rollout: the chosen accounts as stacks, and the stacks as waves, the canaries first.

A plan is a document. The same accounts and settings always make the same plan, so that it can be made on one machine
and run on others.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from cloudtrail.errors import MeshtrailError
from cloudtrail.manifest import Account

SCHEMA: Final = "meshtrail/rollout-plan/v1"
_AGAIN: Final = "Make it again: `meshtrail rollout plan`."
StackName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
"""What Pulumi accepts as a stack's name; it becomes a folder's name, too."""


class BadPlan(MeshtrailError):
    """A plan cannot be made, or a document that should be one cannot be read."""


class _Document(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


class Stack(_Document):
    """One account's stack.

    Attributes:
        name: The stack's name, the same in every backend.
        account: The account it is for; its program is refused credentials of any other.
        account_name: How the organization calls the account.
        inputs: A digest of everything that decides what the stack becomes: program, settings, role.
    """

    name: StackName
    account: Account
    account_name: str
    inputs: str


class Wave(_Document):
    """Stacks that are rolled out together; the next wave waits for all of them."""

    number: int = Field(ge=1)
    canary: bool = False
    stacks: tuple[Stack, ...] = Field(min_length=1)


class Skipped(_Document):
    """An account that was chosen and is not part of the plan."""

    account: Account
    account_name: str
    why: str


class Settings(_Document):
    """How the stacks are run, on whichever machine. No credential is part of it.

    Attributes:
        project: The Pulumi project's name.
        template: The stack settings that every stack begins with, relative to the program's folder.
        partition: Where the accounts are: `aws`, `aws-cn`, `aws-us-gov`.
        role_name: The role that is assumed in each account; empty: the credentials are the account's already.
        external_id: Whether that role asks for an external id.
        backend: Where Pulumi keeps the stacks' states; empty: wherever `pulumi login` says.
        pulumi_organization: Whose stacks these are in Pulumi Cloud; empty: the user's default.
        secrets_provider: What encrypts the secrets of new stacks; empty: the backend's default.
    """

    project: str
    template: str
    partition: str = "aws"
    role_name: str = ""
    external_id: bool = False
    backend: str = ""
    pulumi_organization: str = ""
    secrets_provider: str = ""


class Plan(_Document):
    """A rollout, before anything happens."""

    schema_version: Literal["meshtrail/rollout-plan/v1"] = Field(default=SCHEMA, alias="schema")
    organization: str
    settings: Settings
    waves: tuple[Wave, ...] = Field(min_length=1)
    skipped: tuple[Skipped, ...] = ()

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """Every stack, in the order of the waves."""
        return tuple(stack for wave in self.waves for stack in wave.stacks)

    def to_json(self) -> str:
        """The document as text, keys in their declared order."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, *, where: str) -> "Plan":
        """Read a plan.

        Raises:
            BadPlan: naming everything that is wrong with it.
        """
        try:
            plan = cls.model_validate_json(text)
        except ValidationError as error:
            reasons = "; ".join(
                f"{'.'.join(map(str, problem['loc'])) or 'document'}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)
            )
            raise BadPlan("The plan cannot be used", where=where, why=reasons, remedy=_AGAIN) from error
        names = [stack.name for stack in plan.stacks]
        if len(set(names)) != len(names) or [wave.number for wave in plan.waves] != [
            *range(1, len(plan.waves) + 1)
        ]:
            raise BadPlan(
                "The plan cannot be used",
                where=where,
                why="a stack is in it twice, or its waves are not numbered 1, 2, 3",
                remedy=_AGAIN,
            )
        return plan
