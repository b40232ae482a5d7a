"""CloudFormation, as far as StackSets that put a role into every account of an organization need it.

moto's own needs packages that the sandbox does without. Here a StackSet is real enough to be made, changed and taken
away by units, and its template is carried out in every account it reaches; a template may hold IAM roles, and the
functions `Ref`, `Fn::Sub` and `Fn::GetAtt`. Everything else is refused by name.

With automatic deployment an account that is made in a unit, or moved into it, gets its stacks at once, and one that is
moved out, or leaves the organization, loses them; on AWS that takes some minutes.

What is not done: operations are over as soon as they begin, the calls of CloudFormation in the accounts are not
recorded, `CallAs: DELEGATED_ADMIN` is refused.
"""

from __future__ import annotations

from sandbox.stack_sets.models import follow
from sandbox.stack_sets.registration import register

__all__ = ["follow", "register"]
