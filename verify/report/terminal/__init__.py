"""The report on a terminal."""

from verify.report.terminal.page import print_report, to_terminal

__all__ = ["print_report", "to_terminal"]
