const partForm = /^[A-Za-z.\-_0-9+]{1,14}$/

const isPart = (part: string) => part !== '.' && part !== '..' && !part.startsWith('-') && partForm.test(part)

/** Whether the platform knows a zone by exactly this name. */
function isKnown(name: string): boolean {
  // To the platform, an offset is a zone too.
  if (/^[-+]/.test(name)) return false
  try {
    const found = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
    return found === name || found.toLowerCase() !== name.toLowerCase()
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** What is wrong with the name of a time zone of the IANA database. */
export function timeZoneFaults(name: string): string[] {
  if (name === '') return ['timeZone must be nil or non-empty string']
  const unknown = `unknown time zone ${name}`
  if (!name.split('/').every(isPart)) return [unknown]
  const faults: string[] = []
  const isLocal = name.toLowerCase() === 'local'
  if (isLocal) {
    faults.push('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  }
  // The one spelling that means the machine's own zone can be loaded.
  if (name !== 'Local' && !isKnown(name)) faults.push(unknown)
  return faults
}
