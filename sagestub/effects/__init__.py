"""What a world does beyond answering calls: a test's functions, and what other services get to see.

    containers    a function of the test stands for the container of a job
    transitions   a function of the test hears of moves
    events        EventBridge gets to know of them
    artifacts     S3 gets what jobs write
    logs          CloudWatch Logs gets what containers say

The last three reach Moto when it is active, by ordinary boto3 clients; without it nothing is imported
and nothing is written.
"""
