"""What tests are built with: servers, models, desks, screens and terminals. No test of the program is here."""
