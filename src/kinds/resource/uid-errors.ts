import { type FieldError, invalid } from '#base/field-error'

const form = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/
const lengths = [32, 36, 38, 45]
const notNormal =
  'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters'

/** A UUID without what may stand around it: braces, or a prefix. */
function bare(uid: string): string {
  if (uid.length === 45 && uid.slice(0, 9).toLowerCase() === 'urn:uuid:') return uid.slice(9)
  if (uid.length === 38 && uid.startsWith('{') && uid.endsWith('}')) return uid.slice(1, -1)
  if (uid.length === 32) return uid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return uid
}

function faultOf(uid: string): string | undefined {
  if (!lengths.includes(uid.length)) return `invalid UUID length: ${uid.length}`
  if (uid.length === 45 && uid.slice(0, 9).toLowerCase() !== 'urn:uuid:') {
    return `invalid urn prefix: ${JSON.stringify(uid.slice(0, 9))}`
  }
  if (uid.length === 38 && bare(uid) === uid) return 'invalid bracketed UUID format'
  return form.test(bare(uid)) ? undefined : 'invalid UUID format'
}

/** Faults of a UUID: it must be one, and in its usual form. */
export function* uidErrors(uid: string, path: string): Iterable<FieldError> {
  const fault = faultOf(uid)
  if (fault !== undefined) yield invalid(path, uid, `error validating uid: ${fault}`)
  else if (uid.length !== 36 || uid !== uid.toLowerCase()) yield invalid(path, uid, notNormal)
}
