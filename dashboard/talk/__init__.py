"""What the pages Conversations and You said, we did are made of: questions, decisions, shapes and sentences."""
