"""The pipelines under suspicion, one module each: the law of its rows, the code as found, the code mended.

What a learner reads, what runs, and what the take-home program holds is the same source. A comment
``# 2. Choose the columns`` begins step 2; what follows ``# In use`` is the truth, not the pipeline.
"""
