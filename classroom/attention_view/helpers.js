/* What the parts of the view share; all files of the script run in one function. */

const NAMED = 3, LABELLED = 5, LEAST = 26, LISTED = 14, WEAK = 18, ROW = 17, AFTER = 250;

async function inflate(text) {
    const packed = atob(text), bytes = new Uint8Array(packed.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

function element(kind, name, parent, text) {
    const made = document.createElement(kind);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
}

/* A canvas that is sharp on this screen, and its context, with a CSS pixel as its unit. */
function resize(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
}

function percent(step) {
    const share = 100 * (step / 255) ** 2;
    if (share < 0.5) return step ? "<1%" : "0%";
    return Math.floor(share + 0.5) + "%";
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/* A token as a label in a canvas, where a space must be seen. */
const label = word => word === "\u00a0" ? "␣" : word.length > 14 ? word.slice(0, 13) + "…" : word;

/* Places in order, moved as little as can be so that none is nearer to the next than `least`.
   Those that would meet become a block around their mean. */
function spread(places, least, low, high) {
    const blocks = [];
    places.forEach((place, i) => {
        let block = {sum: place - i * least, count: 1};
        while (blocks.length && blocks[blocks.length - 1].sum / blocks[blocks.length - 1].count
                > block.sum / block.count) {
            const last = blocks.pop();
            block = {sum: last.sum + block.sum, count: last.count + block.count};
        }
        blocks.push(block);
    });
    const most = high - (places.length - 1) * least;
    return blocks.flatMap(({sum, count}) => Array(count).fill(clamp(sum / count, low, most)))
        .map((place, i) => place + i * least);
}
