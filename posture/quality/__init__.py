"""Quality of a recording: rules that make a clip not measurable, and remarks, each with advice."""
