/* Replaces the picture of an attention view by one that answers the pointer and the keys.

   The root's data-view holds the text and the shapes; its <img> what is shown first, and the
   weights, as steps of √w, with the masks behind them. Each canvas is drawn from those; words,
   buttons and marks are elements. */

class View extends Drawing {
    constructor(config) {
        super();
        Object.assign(this, config);
        [this.L, this.H, this.Q, this.K] = this.shape;
        this.crossed = this.keys !== null;
        this.keys = this.keys || this.queries;
        this.pinned = this.query;
        this.build();
    }

    /* ---- the parts ---- */

    build() {
        const root = this.root = element("div", "course-attention-live");
        root.setAttribute("role", "group");
        root.setAttribute("aria-label", this.title || "Attention over a text");
        if (this.title) element("p", "ca-title", root, this.title);
        const said = element("p", "ca-said", root);
        this.headName = element("b", "", said);
        said.append(" ");
        this.said = element("span", "", said);
        const columns = element("div", "ca-columns", root);
        const left = element("div", "ca-left", columns);
        const right = this.right = element("div", "ca-right", columns);
        if (this.crossed) element("p", "ca-caption", left, "queries");
        this.queryText = this.buildText(left, this.queries, true);
        if (this.crossed) {
            element("p", "ca-caption", left, "keys");
            this.keyText = this.buildText(left, this.keys, false);
        } else this.keyText = this.queryText;
        this.lines = element("div", "ca-lines", left);
        this.lines.setAttribute("aria-hidden", "true");
        this.wholeHead = element("canvas", "", this.lines);
        this.oneQuery = element("canvas", "", this.lines);
        this.buildHeads(right);
        this.map = element("div", "ca-map", right);
        this.map.setAttribute("aria-hidden", "true");
        this.matrix = element("canvas", "", this.map);
        this.row = element("div", "ca-row", this.map);
        this.cell = element("p", "ca-cell", right, "");
        this.cell.setAttribute("aria-hidden", "true");
        this.buildHint(root);
        this.spoken = element("p", "ca-spoken", root);
        this.spoken.setAttribute("aria-live", "polite");
        this.listen();
    }

    buildText(parent, text, choosing) {
        const box = element("div", "ca-text", parent);
        const canvas = element("canvas", "", box);
        const list = element("div", "ca-words", box);
        box.classList.toggle("ca-characters", text.characters);
        list.setAttribute("role", choosing ? "listbox" : "list");
        list.setAttribute("aria-label", choosing ? "Query: choose a word" : "Keys");
        let group = null;
        const words = text.words.map((word, i) => {
            const before = text.flow[i];
            if (before === "n" && i) element("br", "", list);
            if (before === "s" && i) list.append(" ");
            if (before !== "g" || !group) {
                group = element("span", "ca-group", list);
                group.setAttribute("role", "presentation");
            }
            const made = element("span", "ca-word", group, word);
            made.dataset.index = i;
            made.setAttribute("role", choosing ? "option" : "listitem");
            if (text.names[i]) made.setAttribute("aria-label", text.names[i]);
            if (choosing) {
                made.tabIndex = i === this.query ? 0 : -1;
                made.setAttribute("aria-selected", String(i === this.query));
                made.dataset.lmSuppressShortcuts = "true";
            } else made.removeAttribute("tabindex");
            return made;
        });
        return {box, canvas, list, words, boxes: []};
    }

    buildHeads(parent) {
        const several = this.L * this.H > 1;
        this.heads = element("div", "ca-heads", several ? parent : null);
        this.heads.setAttribute("role", "radiogroup");
        this.heads.setAttribute("aria-label", "Head");
        this.small = element("canvas", "", this.heads);
        this.smallRows = element("canvas", "", this.heads);
        this.buttons = [];
        for (let block = 0; block < this.L; block++)
            for (let head = 0; head < this.H; head++) {
                const button = element("button", "ca-head", this.heads);
                const chosen = block === this.head[0] && head === this.head[1];
                button.type = "button";
                button.dataset.block = block;
                button.dataset.head = head;
                button.dataset.lmSuppressShortcuts = "true";
                button.title = this.nameOf(block, head);
                button.setAttribute("role", "radio");
                button.setAttribute("aria-label", this.nameOf(block, head));
                button.setAttribute("aria-checked", String(chosen));
                button.tabIndex = chosen ? 0 : -1;
                this.buttons.push(button);
            }
        const caption = (text, name) => {
            const made = element("span", name, this.heads, text);
            made.setAttribute("aria-hidden", "true");
            return made;
        };
        const counted = this.hasBlocks && this.L > 1 && !this.blockNames;
        const cornered = !this.headNames && (counted || this.H > 6);
        this.headLabels = Array.from({length: this.H}, (_, head) => caption(
            this.headNames ? this.headNames[head] : (cornered ? "" : "head ") + (head + 1)));
        this.blockLabels = this.hasBlocks && (this.L > 1 || this.blockNames)
            ? Array.from({length: this.L}, (_, block) => caption(
                this.blockNames ? this.blockNames[block] : String(block + 1))) : [];
        this.corner = cornered ? caption(counted ? "block, head" : "head") : null;
    }

    buildHint(parent) {
        const hint = element("div", "ca-hint", parent);
        element("span", "", hint, "Point at a word, or use the arrow keys; a click keeps it.");
        const scale = element("span", "ca-scale", hint);
        this.samples = [0.01, 0.05, 0.25, 1].map(
            share => [share, element("i", "", scale, 100 * share + "%")]);
        if (this.masks) element("span", "ca-hatch", hint, "masked");
    }

    nameOf(block, head) {
        const named = this.headNames ? this.headNames[head] : "head " + (head + 1);
        const where = this.blockNames ? this.blockNames[block] : "block " + (block + 1);
        const whole = this.hasBlocks ? where + ", " + named : named;
        return whole[0].toUpperCase() + whole.slice(1);
    }

    /* ---- pointer and keys ---- */

    /* Show a query at the next frame: of several moves within one, the last counts. */
    point(query) {
        this.wanted = query;
        if (query === this.query || this.waiting) return;
        this.waiting = requestAnimationFrame(() => {
            this.waiting = 0;
            if (this.wanted === this.query) return;
            this.show(this.wanted);
            this.speak();
        });
    }

    pin(query) {
        this.pinned = query;
        this.point(query);
    }

    speak() {
        clearTimeout(this.speaking);
        this.speaking = setTimeout(() => {
            const name = this.headName.textContent;
            this.spoken.textContent = (name ? name + ": " : "") + this.said.textContent;
        }, AFTER);
    }

    choose(block, head) {
        if (block === this.head[0] && head === this.head[1]) return;
        const at = ([b, h]) => this.buttons[b * this.H + h];
        at(this.head).setAttribute("aria-checked", "false");
        at(this.head).tabIndex = -1;
        this.head = [block, head];
        at(this.head).setAttribute("aria-checked", "true");
        at(this.head).tabIndex = 0;
        this.drawHead();
        this.show(this.query);
        this.speak();
    }

    listen() {
        const list = this.queryText.list;
        const over = event => {
            const word = event.target.closest(".ca-word");
            return word ? +word.dataset.index : null;
        };
        const back = event => { if (event.pointerType !== "touch") this.point(this.pinned); };
        const follow = (part, find) => {
            part.addEventListener("pointermove", event => {
                const query = find(event);
                if (query !== null) this.point(query);
            });
            part.addEventListener("click", event => {
                const query = find(event);
                if (query !== null) this.pin(query);
            });
            part.addEventListener("pointerleave", back);
        };
        follow(list, over);
        follow(this.lines, event => {
            if (!this.laidOut) return null;
            const {queryY} = this.geometry;
            const y = event.clientY - this.lines.getBoundingClientRect().top;
            const step = queryY(1) - queryY(0) || ROW;
            return clamp(Math.floor((y - queryY(0)) / step + 0.5), 0, this.Q - 1);
        });
        follow(this.map, event => this.overMatrix(event));
        this.map.addEventListener("pointerleave", () => { this.cell.textContent = ""; });
        list.addEventListener("keydown", event => this.byKey(event, key => this.nextWord(key)));
        this.heads.addEventListener("keydown", event => this.byKey(event, key => this.nextHead(key)));
        this.heads.addEventListener("click", event => {
            const button = event.target.closest("button");
            if (button && this.laidOut) this.choose(+button.dataset.block, +button.dataset.head);
        });
    }

    overMatrix(event) {
        if (!this.laidOut) return null;
        const box = this.map.getBoundingClientRect(), {before, cell} = this.at;
        const key = Math.floor((event.clientX - box.left - before) / cell);
        const query = Math.floor((event.clientY - box.top - 1) / cell);
        if (query < 0 || query >= this.Q || key < 0 || key >= this.K) return null;
        const at = query * this.K + key;
        const share = this.mask && !this.mask[at] ? "masked" : percent(this.current[at]);
        this.cell.textContent =
            `${label(this.queries.words[query])} → ${label(this.keys.words[key])}: ${share}`;
        return query;
    }

    /* Keys of the page's own, as JupyterLab's letters, must not act on it from in here. */
    byKey(event, act) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape") return;
        if (event.key !== "Tab") event.stopPropagation();
        if (this.laidOut && act(event.key)) event.preventDefault();
    }

    nextWord(key) {
        const next = {ArrowRight: this.query + 1, ArrowLeft: this.query - 1, Home: 0, End: this.Q - 1,
            ArrowDown: this.inLine(1), ArrowUp: this.inLine(-1), Enter: this.query, " ": this.query}[key];
        if (next === undefined) return false;
        const query = clamp(next, 0, this.Q - 1);
        this.wanted = this.pinned = query;
        if (query !== this.query) {
            this.show(query);
            this.speak();
        }
        this.queryText.words[query].focus({preventScroll: false});
        return true;
    }

    /* The word above or below: the nearest one of the next line. */
    inLine(way) {
        const boxes = this.queryText.boxes, [x, y, w] = boxes[this.query], middle = x + w / 2;
        const beyond = boxes.map(box => way * (box[1] - y)).filter(far => far > 4);
        if (!beyond.length) return this.query;
        const line = y + way * Math.min(...beyond);
        let best = this.query, least = Infinity;
        boxes.forEach((box, i) => {
            const far = Math.abs(box[0] + box[2] / 2 - middle);
            if (Math.abs(box[1] - line) < 4 && far < least) [best, least] = [i, far];
        });
        return best;
    }

    nextHead(key) {
        const [block, head] = this.head;
        const next = {ArrowRight: [block, head + 1], ArrowLeft: [block, head - 1],
            ArrowDown: [block + 1, head], ArrowUp: [block - 1, head],
            Home: [0, 0], End: [this.L - 1, this.H - 1]}[key];
        if (!next) return false;
        this.choose(clamp(next[0], 0, this.L - 1), clamp(next[1], 0, this.H - 1));
        this.buttons[this.head[0] * this.H + this.head[1]].focus();
        return true;
    }
}

function mount(root) {
    const image = root.querySelector("img");
    if (!image || !image.dataset.weights) return;
    root.dataset.live = "";
    const card = image.parentElement;
    const view = new View({...JSON.parse(root.dataset.view), ...JSON.parse(image.dataset.start)});
    card.replaceWith(view.root);
    view.watch();
    inflate(image.dataset.weights).then(
        bytes => view.receive(bytes),
        () => view.root.replaceWith(card));
}

const script = document.currentScript;
const roots = script ? [script.closest(".course-attention")]
    : document.querySelectorAll(".course-attention");
for (const root of roots)
    if (root && !root.dataset.live && typeof DecompressionStream !== "undefined") mount(root);
