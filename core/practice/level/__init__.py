"""Practice at the learner's level: how able somebody is, how hard a question is, and which one suits next."""
