import type { Values } from '#base/flags'
import type { DeleteParams } from '#client'
import type { deleteFlags } from '../commands/delete.ts'
import { KubectlError } from '../fault.ts'
import { readDryRun } from '../write-flags.ts'

type DeleteValues = Values<typeof deleteFlags>

/** What does not go together is refused; what is dangerous is given back as warnings. @throws KubectlError */
export function checkDeleteFlags(values: DeleteValues): string[] {
  if (values.now && values.gracePeriod !== -1)
    throw new KubectlError('--now and --grace-period cannot be specified together')
  if (values.all && values.selector !== '')
    throw new KubectlError("setting 'all' parameter but found a non empty selector. ")
  if (values.gracePeriod === 0 && !values.force && values.wait === false) return []
  const isAtOnce = values.force && values.gracePeriod <= 0 && !values.now
  return isAtOnce
    ? [
        'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
      ]
    : []
}

/** Seconds of grace to ask for; undefined for the object's own. */
function graceOf({ gracePeriod, now, force }: DeleteValues): number | undefined {
  if (now) return 1
  if (gracePeriod > 0) return gracePeriod
  if (force) return 0
  // A pod that is to go at once still gets the second that its node needs to hear of it.
  return gracePeriod === 0 ? 1 : undefined
}

const policies: Readonly<Record<string, NonNullable<DeleteParams['propagationPolicy']>>> = {
  background: 'Background',
  true: 'Background',
  orphan: 'Orphan',
  false: 'Orphan',
  foreground: 'Foreground',
}

/** The options of each deletion. @throws KubectlError */
export function deleteParams(values: DeleteValues): DeleteParams {
  const propagationPolicy = policies[values.cascade]
  if (propagationPolicy === undefined)
    throw new KubectlError(
      `invalid cascade value (${values.cascade}). Must be "background", "foreground", or "orphan"`,
    )
  const gracePeriodSeconds = graceOf(values)
  return {
    propagationPolicy,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    dryRun: readDryRun(values.dryRun) === 'server',
  }
}
