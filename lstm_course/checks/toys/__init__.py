"""Small functions that checks hand to a student's function as arguments. They hold no answers."""
