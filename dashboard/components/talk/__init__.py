"""The parts of the pages Conversations and You said, we did."""
