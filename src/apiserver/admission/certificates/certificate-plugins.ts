import { forbidden } from '#base/errors'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import type { Call } from '../../call.ts'
import { readSigningRequest } from '../../listen/signing-request.ts'
import type { Admission, AdmissionPlugin } from '../plugin.ts'

const clientSigner = 'kubernetes.io/kube-apiserver-client'
const administrators = 'system:masters'

/** The signing request that a write is about; undefined for other kinds and other parts of it. */
function requestIn({ call, object }: Admission, subresource: string): CertificateSigningRequest | undefined {
  const { kind, info } = call
  const isRequest = kind.group === 'certificates.k8s.io' && kind.plural === 'certificatesigningrequests'
  if (!isRequest || info.subresource !== subresource || object === undefined) return undefined
  return object as unknown as CertificateSigningRequest
}

/** True where the user may do this with a signer: named itself, or by its domain. */
async function mayUse({ core, user }: Call, verb: string, signerName: string): Promise<boolean> {
  if (user === undefined) return true
  const domain = `${signerName.slice(0, signerName.indexOf('/'))}/*`
  for (const name of [signerName, domain]) {
    const access = { user, verb, name, group: 'certificates.k8s.io', version: '*', resource: 'signers' }
    const { decision } = await core.authorizer.authorize({
      ...access,
      isResource: true,
      namespace: '',
      subresource: '',
      path: '',
    })
    if (decision === 'allow') return true
  }
  return false
}

function refuse({ call, object }: Admission, why: string): never {
  throw forbidden(call.resource.ref, object?.metadata.name ?? '', why)
}

/** Only those may approve a request who may approve for its signer. */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  async validate(admission) {
    const request = requestIn(admission, 'approval')
    if (request === undefined) return
    const { signerName } = request.spec
    if (!(await mayUse(admission.call, 'approve', signerName)))
      refuse(
        admission,
        `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`,
      )
  },
}

/** Only those may put a certificate into a request, or say that it failed, who may sign for its signer. */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  async validate(admission) {
    const request = requestIn(admission, 'status')
    const old = admission.old as CertificateSigningRequest | undefined
    if (request === undefined || isUnsigned(request, old)) return
    const { signerName } = request.spec
    if (!(await mayUse(admission.call, 'sign', signerName)))
      refuse(admission, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`)
  },
}

const stateOf = ({ status }: CertificateSigningRequest) =>
  JSON.stringify([status?.certificate, status?.conditions])

const isUnsigned = (request: CertificateSigningRequest, old: CertificateSigningRequest | undefined) =>
  old !== undefined && stateOf(request) === stateOf(old)

/** Nobody becomes an administrator by a certificate for clients of the API server. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  async validate(admission) {
    const request = requestIn(admission, '')
    if (admission.operation !== 'CREATE' || request?.spec.signerName !== clientSigner) return
    const pem = Buffer.from(request.spec.request, 'base64').toString()
    const { organizations } = await readSigningRequest(pem).catch((error: Error) =>
      refuse(admission, `unable to parse CSR: ${error.message}`),
    )
    if (organizations.includes(administrators))
      refuse(admission, `use of ${clientSigner} signer with ${administrators} group is not allowed`)
  },
}
