"""Tests of the gates: functions, runners, commands, categories, score, runs."""
