"""The code that a scenario ran: its lines while it runs, and what they are made of afterwards."""
