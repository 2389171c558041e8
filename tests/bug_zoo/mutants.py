"""Every small change of a solution: operators swapped, terms dropped, numbers off by one, lines left out."""

import ast
import copy

ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
COMPARISON = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
UNARY = {"tanh", "exp", "log", "sqrt", "abs", "square", "reversed", "float", "sigmoid", "list", "copy"}


def variations(node):
    """Yield nodes that could stand in the place of one."""
    match node:
        case ast.BinOp(op=ast.MatMult()):
            yield ast.BinOp(node.right, node.op, node.left)
        case ast.BinOp():
            if type(node.op) in ARITHMETIC:
                yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
            if isinstance(node.op, (ast.Add, ast.Sub)):
                yield node.left
        case ast.Compare(ops=[op]) if type(op) in COMPARISON:
            yield ast.Compare(node.left, [COMPARISON[type(op)]()], node.comparators)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.Constant(value=float()):
            yield ast.Constant(node.value * 2)
        case ast.Attribute(attr="T"):
            yield node.value
        case ast.Call(args=[only]) if name_of(node.func) in UNARY:
            yield only
        case ast.Call(keywords=[_, *_]):
            for k in range(len(node.keywords)):
                yield ast.Call(node.func, node.args, node.keywords[:k] + node.keywords[k + 1 :])
        case ast.Subscript(slice=ast.Slice()):
            yield node.value
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.AugAssign():
            target = copy.deepcopy(node.target)
            target.ctx = ast.Store()
            yield ast.copy_location(ast.Assign([target], node.value), node)
            yield ast.Pass()
        case ast.Assign() | ast.Expr(value=ast.Call()):
            yield ast.Pass()


def name_of(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class Change(ast.NodeTransformer):
    """Put the ``which``-th variation in its place."""

    def __init__(self, which):
        self.left, self.done = which, ""

    def visit(self, node):
        for new in variations(node):
            if self.left == 0:
                self.left = -1
                self.done = f"{ast.unparse(node)}  ->  {ast.unparse(new)}"
                return ast.copy_location(new, node)
            self.left -= 1
        return self.generic_visit(node)


def mutants(source):
    """Yield (what was changed, the changed cell) for every variation of a cell."""
    which = 0
    while True:
        change = Change(which)
        tree = ast.fix_missing_locations(change.visit(ast.parse(source)))
        if not change.done:
            return
        yield change.done, ast.unparse(tree)
        which += 1
