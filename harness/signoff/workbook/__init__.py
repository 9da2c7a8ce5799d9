"""The workbook for testers and for sign-off in a spreadsheet."""
