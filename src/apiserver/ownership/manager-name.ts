const bytesMax = 128
const printable = /^[^\p{C}\p{Z}]$|^ $/u

/** Who writes, when the request does not say: the first word of its User-Agent, as far as it can be printed. */
export function managerName(fieldManager: string, userAgent: string): string {
  if (fieldManager !== '') return fieldManager
  let name = ''
  for (const one of userAgent.split('/')[0] as string) {
    if (!printable.test(one)) continue
    if (Buffer.byteLength(name + one) > bytesMax) break
    name += one
  }
  return name === '' ? 'unknown' : name
}
