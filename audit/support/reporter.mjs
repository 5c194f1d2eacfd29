import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Each test as one line of JSON in the file AUDIT_RESULTS: its section, what was checked, the figure, whether it holds. */
export default class AuditReporter {
  onTestCaseResult(testCase) {
    const { state, errors } = testCase.result()
    if (state === 'skipped') return
    const file = basename(testCase.module.moduleId)
    const figure = testCase.meta().figure ?? (state === 'passed' ? '' : (errors?.[0]?.message ?? '').split('\n')[0])
    const line = { file, check: testCase.name, figure, ok: state === 'passed', shown: 'figure' in testCase.meta() }
    appendFileSync(process.env.AUDIT_RESULTS, `${JSON.stringify(line)}\n`)
  }
}
