import { Navigate } from 'react-router';
import { pagesOf } from './pages-of.ts';
import { useSession } from './session.ts';

const WITHOUT_OWN_PAGE = ['rule_author', 'rule_approver', 'auditor', 'administrator'];

/** `/`: the page that the reader's role begins with. */
export const Home = () => {
  const session = useSession();
  const first = WITHOUT_OWN_PAGE.includes(session.role) ? '/start' : pagesOf(session)[0]?.to;
  return <Navigate to={first ?? '/start'} replace />;
};
