import type { Cause } from '../../shared/providers'

/** The cause as a clause for people who read English. */
export function causeText({ code, value }: Cause): string {
  switch (code) {
    case 'wrong-picture':
      return `wrong pictures (off by up to ${value})`
    case 'wrong-gates':
      return `wrong gates (off by up to ${value})`
    case 'slower':
      return `slower than the CPU (${value} times)`
    case 'elsewhere':
      return 'ONNX Runtime has it on other platforms only'
    case 'no-libraries':
      return 'its libraries are not installed'
    case 'no-adapter':
      return 'no graphics adapter was found'
    case 'crashed':
      return `it crashed (${value})`
    case 'silent':
      return `no answer within ${value} s`
    case 'senseless':
      return 'an answer that makes no sense'
    case 'failed':
      return value
  }
}

/** What is said of a provider that is not to be trusted. */
export function setAsideFor(code: Cause['code'], value = '') {
  const cause: Cause = { code, value }
  return { trusted: false, reason: causeText(cause), cause }
}

/** Thrown where a trial ends without an answer. */
export class TrialFailure extends Error {
  override readonly name = 'TrialFailure'

  constructor(
    readonly code: Cause['code'],
    readonly value = '',
  ) {
    super(causeText({ code, value }))
  }
}
