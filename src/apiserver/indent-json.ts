/** Compact JSON text with two spaces of indentation a level; everything else of it stays as it is. */
export function indentJson(text: string): string {
  let out = ''
  let depth = 0
  let from = 0
  const breakLine = (end: number, at: number) => {
    out += `${text.slice(from, end)}\n${'  '.repeat(at)}`
    from = end
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') i = stringEnd(text, i)
    else if (char === ',') breakLine(i + 1, depth)
    else if (char === ':') {
      out += `${text.slice(from, i + 1)} `
      from = i + 1
    } else if (char === '{' || char === '[') {
      // Empty objects and lists stay on their line.
      if (text[i + 1] === '}' || text[i + 1] === ']') i++
      else breakLine(i + 1, ++depth)
    } else if (char === '}' || char === ']') breakLine(i, --depth)
  }
  return out + text.slice(from)
}

/** Where the string that begins at `start` ends. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}
