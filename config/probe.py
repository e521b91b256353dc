"""`python -m config.probe http://127.0.0.1:8000/readyz`: ends with 0 where the portal answers that it can work.

For whoever keeps processes alive and has no other client at hand. It asks under the first of ALLOWED_HOSTS, since the portal answers
to no other name.
"""

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit


def main(address: str) -> int:
    where = urlsplit(address)
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip() or where.netloc
    connection = HTTPConnection(where.hostname or "127.0.0.1", where.port or 80, timeout=4)
    try:
        connection.request("GET", where.path, headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
