"""What all-MiniLM-L6-v2 makes of the texts of lesson 9; takes its weights, and trains nothing."""

from classroom.lesson_09.recorded_model import record_readings
from course_lib.pretrained import load_pretrained


def record():
    """Run the model; return (arrays, metadata)."""
    return record_readings(load_pretrained())
