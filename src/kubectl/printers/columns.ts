/** Cells shorter than this are as wide as this, their gap included. */
const cellWidthMin = 6
const gap = 3

/**
 * Lays rows out in columns three spaces apart, as upstream's kubectl does. It remembers how wide columns have been, so
 * that rows printed later (of a watch) stand under those before.
 */
export class Columns {
  #widths: number[] = []

  /** The rows as text, a line each. The last cell of a row is not padded. */
  format(rows: readonly (readonly string[])[]): string {
    for (const row of rows) this.#measure(row)
    return rows.map((row) => `${this.#line(row)}\n`).join('')
  }

  #measure(row: readonly string[]): void {
    row.slice(0, -1).forEach((cell, i) => {
      this.#widths[i] = Math.max(this.#widths[i] ?? cellWidthMin, widthOf(cell) + gap)
    })
  }

  #line(row: readonly string[]): string {
    return row
      .map((cell, i) => {
        const width = i === row.length - 1 ? 0 : (this.#widths[i] ?? 0)
        return cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
      })
      .join('')
  }
}

/** Characters, not UTF-16 units. */
const widthOf = (text: string) => Array.from(text).length
