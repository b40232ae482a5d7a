"""Until when each store keeps the App Mesh events it holds, and which of them only Event history holds."""

from verify.retention.claims import STATEMENTS
from verify.retention.facts import terms_of
from verify.retention.retained import Retained, retained
from verify.retention.terms import Terms

__all__ = ["STATEMENTS", "Retained", "Terms", "retained", "terms_of"]
