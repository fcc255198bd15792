"""What ``cowrite simulate`` does beside the patient typist."""
