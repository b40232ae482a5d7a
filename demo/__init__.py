"""The main job from end to end, on an AWS in a box: provision, call, deliver, verify."""
