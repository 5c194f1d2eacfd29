import { Component, type ReactNode } from 'react'
import { Failure } from './page.tsx'

type Props = { children: ReactNode }

/** What fails to be shown says so in its own place; everything around it goes on. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return <Failure error={this.state.error} onRetry={() => this.setState({ error: null })} />
  }
}
