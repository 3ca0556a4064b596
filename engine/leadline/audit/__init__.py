"""Programs that are reviewed on a cadence: schedules, figures, the sheet, what is due."""
