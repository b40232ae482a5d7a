"""The report on a terminal."""

from verify.report.terminal.page import print_report, to_terminal
from verify.report.terminal.pieces import Inert

__all__ = ["Inert", "print_report", "to_terminal"]
