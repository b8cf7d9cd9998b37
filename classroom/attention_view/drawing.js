/* Sizes, colours, and what is drawn: all that follows from the weights and from what is chosen. */

class Drawing {
    /* ---- what is known of the weights ---- */

    receive(bytes) {
        const count = this.L * this.H * this.Q * this.K;
        this.weights = bytes.subarray(0, count);
        this.allowed = this.masks ? bytes.subarray(count) : null;
        this.laidOut = 0;
        this.layOut();
    }

    weightsOf(block, head) {
        const size = this.Q * this.K, at = (block * this.H + head) * size;
        return this.weights.subarray(at, at + size);
    }

    /* The mask of a head, or null where every key may be attended to. */
    maskOf(block, head) {
        if (!this.allowed) return null;
        const [blocks, heads] = this.masks, size = this.Q * this.K;
        const at = Math.min(block, blocks - 1) * heads + Math.min(head, heads - 1);
        return this.allowed.subarray(at * size, at * size + size);
    }

    rowOf(array, query) {
        return array ? array.subarray(query * this.K, (query + 1) * this.K) : null;
    }

    spokenKey(i) {
        return this.keys.names[i] || "“" + this.keys.words[i] + "”";
    }

    sentence(row) {
        const name = this.queries.names[this.query] || "“" + this.queries.words[this.query] + "”";
        const best = this.strongest, top = row[best[0]];
        const alike = row.reduce((n, step) => n + (step === top), 0);
        const named = best.slice(0, NAMED).filter(i => row[i] >= Math.min(LEAST, top));
        const keys = alike > NAMED ? `${alike} tokens alike, ${percent(top)} each`
            : named.map(i => `${this.spokenKey(i)} ${percent(row[i])}`).join(", ");
        return `${name} (${this.query + 1} of ${this.Q}) attends to ${keys}`;
    }

    /* ---- sizes and colours ---- */

    watch() {
        new ResizeObserver(() => this.layOut()).observe(this.root);
        // The page outlives a view whose cell was run again; it must not keep its weights.
        const weak = new WeakRef(this), scheme = matchMedia("(prefers-color-scheme: dark)");
        const again = () => {
            if (!weak.deref()) {
                observer.disconnect();
                scheme.removeEventListener("change", again);
            }
            for (const wait of [0, 200, 1000]) setTimeout(() => weak.deref()?.recolor(), wait);
        };
        const observer = new MutationObserver(again);
        const options = {attributes: true,
            attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "data-theme", "class"]};
        for (const watched of [document.documentElement, document.body])
            if (watched) observer.observe(watched, options);
        scheme.addEventListener("change", again);
        if (document.fonts?.status === "loading")
            document.fonts.ready.then(() => { this.laidOut = 0; this.layOut(); });
    }

    /* Take the page's ink; where that is light, the page is dark. Tell whether it has changed. */
    readColors() {
        const ink = getComputedStyle(this.root).color;
        if (ink === this.ink) return false;
        this.ink = ink;
        const channels = (ink.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
        this.root.toggleAttribute("data-dark", channels[1] > (ink.startsWith("rgb") ? 128 : 0.5));
        const style = getComputedStyle(this.root);
        this.blue = style.getPropertyValue("--blue").trim();
        this.mark = style.getPropertyValue("--mark").trim();
        const [r, g, b] = [1, 3, 5].map(i => parseInt(this.blue.slice(i, i + 2), 16));
        const tint = alpha => `rgb(${r} ${g} ${b} / ${alpha.toFixed(3)})`;
        const dark = this.root.hasAttribute("data-dark");
        this.rgb = [r, g, b];
        this.shade = Array.from({length: 256}, (_, step) =>
            tint(dark ? Math.min(0.62, step / 220) : Math.min(0.7, step / 240)));
        this.stroke = Array.from({length: 256}, (_, step) => tint(Math.min(1, 0.12 + step / 200)));
        this.pale = Array.from({length: 256}, (_, step) => tint(step / 255 * 0.3));
        this.family = style.fontFamily;
        this.hatch = this.makeHatch();
        for (const [share, sample] of this.samples) {
            const step = Math.round(255 * Math.sqrt(share));
            sample.style.background = this.shade[step];
            sample.style.boxShadow = `inset 0 ${-this.underline(step)}px ${this.stroke[step]}`;
            sample.style.color = ink;
        }
        return true;
    }

    makeHatch() {
        const tile = document.createElement("canvas");
        tile.width = tile.height = 6;
        const context = tile.getContext("2d");
        context.strokeStyle = this.ink;
        context.globalAlpha = 0.36;
        context.lineWidth = 1;
        context.beginPath();
        for (const shift of [-6, 0, 6]) {
            context.moveTo(shift, 6);
            context.lineTo(shift + 6, 0);
        }
        context.stroke();
        return context.createPattern(tile, "repeat");
    }

    underline(step) {
        return 1 + 3 * step / 255;
    }

    recolor() {
        if (this.laidOut && this.readColors()) this.drawAll();
    }

    /* Place everything for the width that there is; called when that has changed. */
    layOut() {
        const width = this.root.clientWidth;
        if (!width || width === this.laidOut) return;
        const wide = width >= 720;
        this.root.classList.toggle("ca-wide", wide);
        this.side = wide ? clamp(Math.floor(width * 0.42), 300, 500) : width;
        this.right.style.width = this.side + "px";
        this.layOutHeads();
        if (!this.weights) return;
        this.laidOut = width;
        this.readColors();
        this.layOutMap();
        for (const text of new Set([this.queryText, this.keyText])) {
            const origin = text.box.getBoundingClientRect();
            text.boxes = text.words.map(word => {
                const box = word.getBoundingClientRect();
                return [box.left - origin.left, box.top - origin.top, box.width, box.height];
            });
            text.width = origin.width;
            text.context = resize(text.canvas, origin.width, origin.height);
            text.height = origin.height;
        }
        this.layOutLines();
        this.drawAll();
    }

    layOutHeads() {
        const gap = 4;
        const before = this.blockNames ? 84 : this.blockLabels.length ? 16 : 0;
        const above = this.corner ? 28 : this.headNames ? 28 : 15;
        const room = this.side - before - gap * this.H;
        const cell = clamp(Math.floor(room / this.H), 14, 116);
        const height = clamp(Math.round(cell * this.Q / this.K), Math.min(24, cell), cell * 1.4);
        this.cells = {before, above, cell, height, gap};
        const left = head => before + head * (cell + gap), top = block => above + block * (height + gap);
        for (const button of this.buttons)
            button.style.cssText = `left:${left(+button.dataset.head)}px;top:`
                + `${top(+button.dataset.block)}px;width:${cell}px;height:${height}px`;
        this.headLabels.forEach((made, head) => {
            made.style.cssText = `left:${left(head)}px;top:${above - (this.headNames ? 27 : 14)}px;`
                + `width:${cell}px;` + (this.headNames ? "height:26px;display:flex;align-items:end" : "text-align:center");
        });
        this.blockLabels.forEach((made, block) => {
            made.style.cssText = `left:0;width:${before - 5}px;text-align:right;`
                + `top:${top(block) + height / 2}px;transform:translateY(-50%)`;
        });
        if (this.corner) this.corner.style.cssText = "left:0;top:0;white-space:nowrap";
        const [wide, tall] = [left(this.H), top(this.L)];
        this.heads.style.cssText = `width:${wide}px;height:${tall}px`;
        this.headsSize = [wide, tall];
    }

    widest(text) {
        const context = this.matrix.getContext("2d");
        context.font = "12px " + this.family;
        return Math.ceil(Math.max(...text.words.map(word => context.measureText(label(word)).width)));
    }

    layOutMap() {
        const size = before => {
            const cell = Math.min((this.side - before - 6) / this.K, 390 / Math.max(this.Q, this.K), 25);
            return cell > 3 ? Math.floor(2 * cell) / 2 : cell;
        };
        let before = this.widest(this.queries) + 22, below = this.widest(this.keys) + 22;
        const named = size(before) >= 11;
        if (!named) [before, below] = [46, 34];
        const cell = size(before);
        this.at = {named, before, cell, wide: cell * this.K, tall: cell * this.Q};
        this.mapSize = [this.side, this.at.tall + below + 2];
        this.map.style.cssText = `width:${this.mapSize[0]}px;height:${this.mapSize[1]}px`;
        this.row.style.width = this.at.wide + 4 + "px";
        this.row.style.height = Math.max(cell, 2) + 4 + "px";
    }

    layOutLines() {
        const width = Math.min(this.lines.clientWidth, 620), longest = Math.max(this.Q, this.K);
        const short = longest * ROW <= 460;
        const height = short ? longest * clamp(300 / longest, ROW, 24) + 18 : 340;
        this.lines.style.height = height + "px";
        const top = 18, tall = height - top;
        const left = 20 + Math.max(24, this.widest(this.queries)), right = width - this.widest(this.keys) - 66;
        this.geometry = {
            width, height, short, top, left, right,
            queryY: i => top + (i + 0.5) * tall / (short ? longest : this.Q),
            keyY: i => top + (i + 0.5) * tall / (short ? longest : this.K),
        };
    }

    /* ---- drawing ---- */

    drawAll() {
        this.drawHead();
        this.show(this.query);
        clearTimeout(this.later);
        this.later = setTimeout(() => this.drawHeads(), 0);
    }

    /* What changes with the head alone: its matrix, and its pale lines. */
    drawHead() {
        this.current = this.weightsOf(...this.head);
        this.mask = this.maskOf(...this.head);
        this.headName.textContent = this.L * this.H > 1 || this.headNames || this.blockNames
            ? this.nameOf(...this.head) : "";
        this.drawMatrix();
        this.drawWholeHead();
    }

    /* Draw a matrix into a context: each pixel the strongest weight of the cells under it, so
       that a thin diagonal stays as dark when it is drawn small. */
    paint(context, weights, mask, x, y, width, height) {
        const ratio = window.devicePixelRatio || 1;
        const W = Math.max(1, Math.round(width * ratio)), H = Math.max(1, Math.round(height * ratio));
        const pixels = context.createImageData(W, H);
        const out = new Uint32Array(pixels.data.buffer);
        const [r, g, b] = this.rgb;
        const color = (b << 16) | (g << 8) | r;
        const starts = new Int32Array(W), ends = new Int32Array(W);
        for (let i = 0; i < W; i++) {
            starts[i] = Math.floor(i * this.K / W);
            ends[i] = Math.max(starts[i] + 1, Math.floor((i + 1) * this.K / W));
        }
        for (let j = 0; j < H; j++) {
            const first = Math.floor(j * this.Q / H);
            const last = Math.max(first + 1, Math.floor((j + 1) * this.Q / H));
            for (let i = 0; i < W; i++) {
                let step = 0;
                for (let q = first; q < last; q++) {
                    const from = q * this.K;
                    for (let k = from + starts[i]; k < from + ends[i]; k++)
                        if (weights[k] > step) step = weights[k];
                }
                if (step) out[j * W + i] = ((Math.min(255, 10 + step * 1.1) << 24) | color) >>> 0;
                else if (mask && !mask[first * this.K + starts[i]])
                    out[j * W + i] = (42 << 24) | (128 << 16) | (128 << 8) | 128;
            }
        }
        context.putImageData(pixels, Math.round(x * ratio), Math.round(y * ratio));
    }

    drawHeads() {
        if (this.L * this.H < 2) return;
        const {before, above, cell, height, gap} = this.cells;
        const context = resize(this.small, ...this.headsSize);
        this.rows = resize(this.smallRows, ...this.headsSize);
        for (let block = 0; block < this.L; block++)
            for (let head = 0; head < this.H; head++)
                this.paint(context, this.weightsOf(block, head), this.maskOf(block, head),
                    before + head * (cell + gap) + 1, above + block * (height + gap) + 1,
                    cell - 2, height - 2);
        this.drawHeadRows();
    }

    drawHeadRows() {
        if (!this.rows) return;
        const {before, above, cell, height, gap} = this.cells;
        this.rows.clearRect(0, 0, ...this.headsSize);
        this.rows.fillStyle = this.mark;
        const y = 1 + (this.query + 0.5) * (height - 2) / this.Q - 0.5;
        for (let block = 0; block < this.L; block++)
            for (let head = 0; head < this.H; head++) {
                const x = before + head * (cell + gap);
                this.rows.fillRect(x + 1, above + block * (height + gap) + y, 4, 1.5);
                this.rows.fillRect(x + cell - 5, above + block * (height + gap) + y, 4, 1.5);
            }
    }

    drawMatrix() {
        const {named, before, cell, wide, tall} = this.at;
        const context = resize(this.matrix, ...this.mapSize);
        this.paint(context, this.current, null, before, 1, wide, tall);
        context.fillStyle = this.hatch;
        if (this.mask)
            for (let query = 0; query < this.Q; query++) {
                const row = this.rowOf(this.mask, query);
                for (let key = 0; key < this.K; key++) {
                    if (row[key]) continue;
                    const from = key;
                    while (key < this.K && !row[key]) key++;
                    context.fillRect(before + from * cell, 1 + query * cell, (key - from) * cell, cell);
                }
            }
        context.strokeStyle = this.ink;
        context.globalAlpha = 0.45;
        context.strokeRect(before - 0.5, 0.5, wide + 1, tall + 1);
        context.globalAlpha = 0.85;
        context.fillStyle = this.ink;
        context.font = "11px " + this.family;
        context.textAlign = "right";
        context.textBaseline = "middle";
        const ticks = count => {
            if (named) return Array.from({length: count}, (_, i) => i);
            const step = [5, 10, 20, 50, 100, 200].find(n => count / n <= 7) || 500;
            return Array.from({length: Math.floor(count / step)}, (_, i) => (i + 1) * step - 1);
        };
        const written = (text, i) => named ? label(text.words[i]) : String(i + 1);
        for (const i of ticks(this.Q))
            context.fillText(written(this.queries, i), before - 5, 1 + (i + 0.5) * cell);
        for (const i of ticks(this.K)) {
            context.save();
            context.translate(before + (i + 0.5) * cell, tall + 6);
            if (named) context.rotate(-Math.PI / 2);
            else context.textAlign = "center";
            context.fillText(written(this.keys, i), 0, named ? 0 : 6);
            context.restore();
        }
        context.font = "12px " + this.family;
        context.textAlign = "center";
        context.fillText("key (column)", Math.max(before + wide / 2, 44), this.mapSize[1] - 8);
        if (tall < 66) return;
        context.translate(8, tall / 2);
        context.rotate(-Math.PI / 2);
        context.fillText("query (row)", 0, 0);
        context.globalAlpha = 1;
    }

    curve(context, query, key) {
        const {left, right, queryY, keyY} = this.geometry, middle = (left + right) / 2;
        const from = queryY(query), to = keyY(key);
        context.beginPath();
        context.moveTo(left, from);
        context.bezierCurveTo(middle, from, middle, to, right, to);
        context.stroke();
    }

    drawWholeHead() {
        const {width, height, left, right, short} = this.geometry;
        const context = resize(this.wholeHead, width, height);
        this.front = resize(this.oneQuery, width, height);
        context.font = "12px " + this.family;
        context.fillStyle = this.ink;
        context.globalAlpha = 0.75;
        context.textAlign = "right";
        context.fillText("query", left, 10);
        context.textAlign = "left";
        context.fillText("key", right, 10);
        context.globalAlpha = 1;
        context.lineWidth = short ? 1.2 : 0.9;
        for (let query = 0; query < this.Q; query++) {
            const row = this.rowOf(this.current, query);
            for (let key = 0; key < this.K; key++)
                if (row[key] > 76) {
                    context.strokeStyle = this.pale[row[key]];
                    this.curve(context, query, key);
                }
        }
    }

    /* ---- one query ---- */

    show(query) {
        const before = this.query;
        this.query = query;
        if (!this.laidOut) return;
        const row = this.rowOf(this.current, query), mask = this.rowOf(this.mask, query);
        this.strongest = Array.from(row.keys()).filter(i => row[i])
            .sort((a, b) => row[b] - row[a] || a - b).slice(0, LISTED);
        this.drawWords(row, mask);
        this.drawLines(row, mask);
        this.drawHeadRows();
        this.row.style.transform =
            `translate(${this.at.before - 2}px, ${query * this.at.cell - 1}px)`;
        this.said.textContent = this.sentence(row);
        const words = this.queryText.words;
        for (const [index, chosen] of [[before, false], [query, true]]) {
            words[index].setAttribute("aria-selected", String(chosen));
            words[index].tabIndex = chosen ? 0 : -1;
        }
        this.keyText.words.forEach((word, i) => {
            const masked = !!mask && !mask[i];
            if (word.masked !== masked) {
                word.masked = masked;
                word.classList.toggle("ca-masked", masked);
            }
        });
    }

    drawWords(row, mask) {
        const {context, boxes, width, height} = this.keyText;
        context.clearRect(0, 0, width, height);
        boxes.forEach(([x, y, w, h], i) => {
            if (mask && !mask[i]) {
                context.fillStyle = this.hatch;
                context.fillRect(x, y, w, h);
            } else if (row[i]) {
                const tall = this.underline(row[i]);
                context.fillStyle = this.shade[row[i]];
                context.fillRect(x, y, w, h);
                if (row[i] < WEAK) return;
                context.fillStyle = this.stroke[row[i]];
                context.fillRect(x, y + h - tall, w, tall);
            }
        });
        this.drawPercentages(context, row, boxes, width);
        const asks = this.queryText;
        if (this.crossed) asks.context.clearRect(0, 0, asks.width, asks.height);
        const [x, y, w, h] = asks.boxes[this.query];
        asks.context.strokeStyle = this.mark;
        asks.context.lineWidth = 2;
        asks.context.beginPath();
        asks.context.roundRect(x - 1, y - 1, w + 2, h + 2, 4);
        asks.context.stroke();
    }

    /* Over the strongest keys; none over another, and none cut off. */
    drawPercentages(context, row, boxes, width) {
        context.font = "bold 11px " + this.family;
        context.textAlign = "center";
        context.fillStyle = this.ink;
        const placed = [];
        for (const i of this.strongest.slice(0, LABELLED)) {
            if (row[i] < LEAST) break;
            const [x, y, w] = boxes[i], text = percent(row[i]);
            const half = context.measureText(text).width / 2 + 2;
            const middle = clamp(x + w / 2, half, width - half);
            if (placed.some(([line, at, room]) => line === y && Math.abs(at - middle) < room + half))
                continue;
            placed.push([y, middle, half]);
            context.fillText(text, middle, y - 4);
        }
    }

    drawLines(row, mask) {
        const {width, height, left, right, short, top, queryY, keyY} = this.geometry;
        const context = this.front;
        context.clearRect(0, 0, width, height);
        for (let key = 0; key < this.K; key++)
            if (row[key] > 7) {
                context.lineWidth = 0.6 + 5 * row[key] / 255;
                context.strokeStyle = this.stroke[row[key]];
                this.curve(context, this.query, key);
            }
        if (mask) {
            context.fillStyle = this.hatch;
            const half = (keyY(1) - keyY(0) || ROW) / 2;
            for (let key = 0; key < this.K; key++)
                if (!mask[key]) context.fillRect(right + 1, keyY(key) - half, 7, 2 * half);
        }
        context.textBaseline = "middle";
        this.nameQueries(context, left, height, short, top, queryY);
        this.nameKeys(context, row, mask, right, height, short, top, keyY);
        context.textBaseline = "alphabetic";
    }

    nameQueries(context, left, height, short, top, queryY) {
        const y = queryY(this.query), fit = short ? this.Q : 5;
        context.textAlign = "right";
        for (let i = 0; i < this.Q; i++) {
            const away = i - this.query;
            if (Math.abs(away) > fit) continue;
            const at = short ? queryY(i) : y + away * 15;
            if (at < top || at > height - 4) continue;
            this.write(context, label(this.queries.words[i]), left - 9, at, !away, away ? 0.72 : 1);
        }
        context.fillStyle = this.mark;
        context.fillRect(left - 4, y - 6, 3, 12);
    }

    /* All keys where they fit; else the strongest, moved apart, each with a leader to its end. */
    nameKeys(context, row, mask, right, height, short, top, keyY) {
        context.textAlign = "left";
        const listed = short ? this.keys.words.map((_, i) => i)
            : this.strongest.filter((key, i) => i < NAMED || row[key] >= WEAK).sort((a, b) => a - b);
        const places = short ? listed.map(keyY) : spread(listed.map(keyY), 15, top + 4, height - 7);
        listed.forEach((key, i) => {
            const hidden = mask && !mask[key], strong = row[key] && row[key] === row[this.strongest[0]];
            if (!short) {
                context.strokeStyle = this.stroke[60];
                context.lineWidth = 1;
                context.beginPath();
                context.moveTo(right + 1, keyY(key));
                context.lineTo(right + 14, places[i]);
                context.stroke();
            }
            const share = !hidden && row[key] >= WEAK ? "  " + percent(row[key]) : "";
            this.write(context, label(this.keys.words[key]) + share, right + (short ? 12 : 18),
                places[i], strong, hidden ? 0.68 : row[key] < WEAK ? 0.72 : 1);
        });
    }

    write(context, text, x, y, bold, alpha) {
        context.font = (bold ? "bold " : "") + "12px " + this.family;
        context.fillStyle = this.ink;
        context.globalAlpha = alpha;
        context.fillText(text, x, y);
        context.globalAlpha = 1;
    }
}
