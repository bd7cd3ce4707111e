import type { SnapshotStatus } from '#store'

/** The formats in which a snapshot's status is printed, as etcdutl's. */
export const statusFormats: Readonly<Record<string, (status: SnapshotStatus) => string>> = {
  simple: (status) => columns(status).join(', '),
  json: (status) => JSON.stringify(status),
  table,
  fields: (status) =>
    [
      `"Hash" : ${status.hash}`,
      `"Revision" : ${status.revision}`,
      `"Keys" : ${status.totalKey}`,
      `"Size" : ${status.totalSize}`,
    ].join('\n'),
}

const titles = ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE']

const columns = ({ hash, revision, totalKey, totalSize }: SnapshotStatus) => [
  hash.toString(16),
  String(revision),
  String(totalKey),
  humanBytes(totalSize),
]

function table(status: SnapshotStatus): string {
  const cells = columns(status)
  const widths = titles.map((title, i) => Math.max(title.length, (cells[i] as string).length))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`
  const isNumber = (cell: string) => /^\d+$/.test(cell)
  const head = titles.map((title, i) => centred(title, widths[i] as number))
  const row = cells.map((cell, i) => {
    const width = widths[i] as number
    return isNumber(cell) && i > 0 ? cell.padStart(width) : cell.padEnd(width)
  })
  return [rule, `| ${head.join(' | ')} |`, rule, `| ${row.join(' | ')} |`, rule].join('\n')
}

function centred(text: string, width: number): string {
  return text.padStart((width + text.length) >> 1).padEnd(width)
}

/** A size in decimal units with two digits below ten: `25 kB`, `2.1 MB`. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 10 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}
