import { $api } from '../api/client.ts';
import { SignIn } from '../pages/sign-in.tsx';
import { Loading } from './loading.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { SessionContext } from './session.ts';
import { Shell } from './shell.tsx';

/** The pages for who is signed in; whoever is not finds the sign-in page at the same address, and goes on from there. */
export const SignedInOnly = () => {
  const session = $api.useQuery('get', '/api/session', {}, { staleTime: Number.POSITIVE_INFINITY });
  if (session.data !== undefined) {
    return (
      <SessionContext value={session.data}>
        <Shell />
      </SessionContext>
    );
  }
  if (session.isPending) return <Loading />;
  if (session.error.error === 'sign_in_required') return <SignIn />;
  return <ProblemPanel problem={session.error} retry={() => void session.refetch()} />;
};
