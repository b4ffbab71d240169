"""Drawing on pictures, shared by report and live."""
