import { forbidden } from '#base/errors'
import type { AdmissionPlugin } from './plugin.ts'

/** Lets everything pass. */
export const alwaysAdmit: AdmissionPlugin = { name: 'AlwaysAdmit' }

/** Refuses every write. */
export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  validate({ call, object, old }) {
    throw forbidden(
      call.resource.ref,
      (object ?? old)?.metadata.name ?? '',
      'admission control is denying all modifications',
    )
  },
}
