import { Component, type ErrorInfo, type ReactNode } from 'react';
import { CrashWords } from './crash-words.tsx';

/** The last resort: a page that failed says so, and what to do. React has this for class components only. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.failed ? <CrashWords /> : this.props.children;
  }
}
