import { isIP } from 'node:net'
import { ApiError } from '#base/errors'
import type { Headers } from '#base/http'

/**
 * Why a request on a port without authentication is refused as one that a page in somebody's browser has made; undefined
 * for any other. A page cannot keep its browser from telling: a page of another site sends its own `Origin`, and one
 * that has given this address to its own name (DNS rebinding) asks for that name. Addresses and `names` are none of a page's.
 */
export function webPageFault(headers: Headers, names: readonly string[]): ApiError | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  // Who sends no name at all is no browser.
  if (host !== '' && !isOwn(hostOf(host), names)) {
    return refusal(
      `the host name ${JSON.stringify(host)} is none of this server's: --insecure-allowed-hosts adds names`,
    )
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return refusal(`a page of ${origin} may not use the insecure port`)
  }
  const isOfOthers = site === 'cross-site' || site === 'same-site'
  return isOfOthers ? refusal('a page of another site may not use the insecure port') : undefined
}

const refusal = (why: string) => new ApiError('Forbidden', `forbidden: ${why}`, { details: {} })

/** A Host header without its port and brackets, in lower case. */
const hostOf = (header: string) => {
  const [, inBrackets, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? []
  return (inBrackets ?? plain).toLowerCase()
}

const isOwn = (name: string, names: readonly string[]) =>
  isIP(name) !== 0 || name === 'localhost' || names.some((one) => one.toLowerCase() === name)
