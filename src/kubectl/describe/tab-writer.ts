/** Space between two columns. */
const gap = 2

/**
 * Lines whose cells end with tabs, aligned as Go's text/tabwriter does: a column reaches over the lines that follow each
 * other and have a cell in it, and is as wide as the widest of these.
 */
export function alignTabs(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const out: string[] = lines.map(() => '')
  align(lines, out, 0, 0, lines.length)
  return lines.map((cells, i) => (out[i] as string) + (cells.at(-1) as string)).join('\n')
}

/** Adds the cells from `column` on to the lines from `from` up to `to`, the last cell of each line left out. */
function align(lines: readonly string[][], out: string[], column: number, from: number, to: number): void {
  const has = (at: number) => column < (lines[at] as string[]).length - 1
  for (let at = from; at < to; at++) {
    if (!has(at)) continue
    let end = at
    while (end < to && has(end)) end += 1
    const cells = lines.slice(at, end).map((line) => line[column] as string)
    const width = Math.max(...cells.map(widthOf)) + gap
    cells.forEach((cell, i) => {
      out[at + i] += cell + ' '.repeat(width - widthOf(cell))
    })
    align(lines, out, column + 1, at, end)
    at = end
  }
}

const widthOf = (text: string) => Array.from(text).length
