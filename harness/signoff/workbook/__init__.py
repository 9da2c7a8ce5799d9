"""The workbook for those who test and sign off with a spreadsheet at hand."""
